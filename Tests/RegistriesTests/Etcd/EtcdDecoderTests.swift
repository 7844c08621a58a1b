import FoundationEssentials
import Registries
import Testing

@Suite("EtcdDecoder") struct EtcdDecoderTests {
    /// What a real etcd 3.4.23 (`v34`) or 3.5.30 (`v35`) answered.
    private func recorded(_ file: String) throws -> [UInt8] {
        let directory = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
        return try Array(Data(contentsOf: URL(filePath: "\(directory.joined(separator: "/"))/Fixtures/etcd/\(file)")))
    }

    private func lines(_ file: String) throws -> [[UInt8]] { try recorded(file).split(separator: 0x0A).map(Array.init) }

    private func messages(_ file: String) throws -> [EtcdWatchMessage] {
        try lines(file).map { try EtcdDecoder.message($0).get() }
    }

    @Test(arguments: ["v34-range_prefix.json", "v35-range_prefix.json"])
    func `a range has its keys and its place in the history`(file: String) throws {
        let listing = try EtcdDecoder.listing(try recorded(file))
        #expect(listing.entries.map(\.key) == ["/services/web/web-1"])
        #expect(
            listing.entries.map { String(decoding: $0.value, as: UTF8.self) } == [
                #"{"address":"127.0.0.11","port":8081}"#
            ]
        )
        #expect(listing.header.revision == (file.hasPrefix("v34") ? 2 : 302))
        #expect(listing.entries.first?.modRevision == listing.header.revision)
        #expect(
            listing.header.clusterID == (file.hasPrefix("v34") ? 4_700_245_047_070_760_809 : 12_101_053_776_118_486_841)
        )
        #expect(listing.header.term == 2 && !listing.isPartial)
    }

    @Test func `a range without keys is no fault`() throws {
        #expect(try EtcdDecoder.listing(try recorded("v34-range_missing.json")).entries.isEmpty)
    }

    @Test(arguments: ["v34-watch_stream.jsonl", "v35-watch_stream.jsonl"])
    func `a stream begins with its creation, and a transaction is one line`(file: String) throws {
        let messages = try messages(file)
        #expect(messages[0].isCreated && messages[0].watchID == 7 && messages[0].events.isEmpty)
        guard case .put(let entry)? = messages[1].events.first else {
            Issue.record("no put: \(messages[1])")
            return
        }
        #expect(entry.key == "/services/web/web-2" && entry.modRevision == messages[1].header.revision)
        #expect(messages[4].events.count == 2)
        let deleted = messages.flatMap(\.events).compactMap { event -> String? in
            if case .delete(let key, _) = event { key } else { nil }
        }
        #expect(deleted.contains("/services/web/web-2"), "the end of the lease")
    }

    @Test(arguments: ["v34-watch_compacted.jsonl", "v35-watch_compacted.jsonl"])
    func `a watch from a compacted revision is cancelled`(file: String) throws {
        let messages = try messages(file)
        #expect(messages[1].isCanceled && messages[1].compactRevision == (file.hasPrefix("v34") ? 4 : 304))
    }

    @Test func `a permission is refused in a 200`() throws {
        let message = try #require(try messages("auth-watch_noperm.json").first)
        #expect(message.isCreated && message.isCanceled && message.cancelReason.contains("PermissionDenied"))
        #expect(EtcdWatch.Step.listAgain(.denied(message.cancelReason)) == step(message))
    }

    private func step(_ message: EtcdWatchMessage) -> EtcdWatch.Step {
        var watch = EtcdWatch([.init(.prefix("a"), from: 1)], after: message.header)
        return watch.on(.success(message))
    }

    @Test func `a lost leader ends the stream with an error`() throws {
        let lines = try lines("watch_hasleader_quorum_loss.jsonl")
        #expect(throws: EtcdFault.unavailable("etcdserver: no leader")) { _ = try EtcdDecoder.message(lines[1]).get() }
    }

    @Test func `a token is read`() throws {
        #expect(try EtcdDecoder.token(try recorded("auth-login.json")) == "oVgtowNpnlagJSMm.56")
    }

    @Test(
        "An error is told by etcd's words and codes",
        arguments: [
            ("auth-badtoken.json", 401, "unauthenticated"), ("auth-badpw.json", 400, "unauthenticated"),
            ("auth-noauth.json", 400, "unauthenticated"), ("auth-noperm.json", 403, "denied"),
            ("v34-range_future.json", 400, "status"), ("v35-range_future.json", 400, "status"),
            ("v34-bad_path.json", 404, "status"),
        ]
    )
    func errors(file: String, status: Int, label: String) throws {
        #expect(EtcdFault.of(status: status, body: try recorded(file)).label == label)
    }

    @Test(
        "What is cut anywhere is a fault",
        arguments: ["v34-range_prefix.json", "v35-range_prefix.json", "v34-watch_stream.jsonl"]
    )
    func cut(file: String) throws {
        let whole = try #require(try lines(file).dropFirst(file.hasSuffix("jsonl") ? 1 : 0).first)
        for length in 0..<whole.count {
            let part = Array(whole.prefix(length))
            #expect(throws: (any Error).self) {
                _ =
                    file.hasSuffix("jsonl")
                    ? try EtcdDecoder.message(part).get().header : try EtcdDecoder.listing(part).header
            }
        }
    }

    @Test(
        "What is not etcd's is a fault",
        arguments: [
            "", "[]", "{}", "null", #"{"kvs":[]}"#, #"{"header":{"revision":"x"}}"#,
            #"{"header":{},"kvs":[{"key":"!"}]}"#,
            #"{"header":{},"kvs":[{"value":"YQ=="}]}"#, #"{"header":{},"kvs":{}}"#, #"{"header":{}} x"#,
            #"{"header":{"revision":"99999999999999999999"}}"#,
        ]
    )
    func others(text: String) {
        #expect(throws: (any Error).self) { _ = try EtcdDecoder.listing(Array(text.utf8)) }
    }
}
