import Catalog
import Registries
import Settings
import TestSupport
import Testing

/// Users, tokens, permissions and certificates of a real etcd.
@Suite(.serialized, .timeLimit(.minutes(5))) struct EtcdAccessTests {
    private let web = CatalogQuery.service(name: "web")

    @Test func `a token that expires is replaced, and nobody notices`() async throws {
        try await Workspace.with { workspace in
            try await makeKeys(in: workspace)
            var options = EtcdOptions()
            options.tokens = (seconds: 2, directory: workspace.path)
            try await EtcdMember.with(options) { member in
                try await member.register("a")
                try await member.enableAuthentication(reading: "/services/")
                try workspace.write("password", "secret\n")
                let registry = etcdRegistry([member.ports.client], renewal: .seconds(1)) { settings in
                    settings.access.user = "gate"
                    settings.access.passwordFile = workspace.file("password")
                }
                try await watched(registry, [web]) { diary in
                    try await diary.reaches { $0[web]?.ids == ["a"] }
                    for id in ["b", "c", "d"] {
                        // When one of now is not good any more, that of before is not either.
                        try await member.authenticate()
                        let token = member.token.text
                        let hasExpired = await eventually {
                            _ = try? await member.put("/other", id)
                            return member.token.text != token
                        }
                        #expect(hasExpired)
                        try await member.register(id)
                        try await diary.reaches { $0[web]?.ids?.last == id }
                    }
                    #expect(diary.faults == 0 && diary.breaks == 1, "\(diary.messages)")
                }
            }
        }
    }

    private func makeKeys(in workspace: Workspace) async throws {
        let (key, open) = (workspace.file("jwt.key"), workspace.file("jwt.pub"))
        for arguments in [["genrsa", "-out", key, "2048"], ["rsa", "-in", key, "-pubout", "-out", open]] {
            let run = try await execute("openssl", arguments)
            try #require(run.status == 0, "\(run.error)")
        }
    }

    @Test func `what may not be read is told, and read as soon as it may; the others are answered`() async throws {
        try await EtcdMember.with { member in
            try await member.register("a")
            try await member.put("/services/api/x", "10.0.0.2:80")
            try await member.enableAuthentication(reading: "/services/web/")
            let registry = etcdRegistry([member.ports.client]) { settings in
                settings.access.user = "gate"
                settings.access.password = Secret("secret")
            }
            let api = CatalogQuery.service(name: "api")
            try await watched(registry, [web, api]) { diary in
                try await diary.reaches { $0[web]?.ids == ["a"] && diary.failing == [api] }
                let fault = try #require(diary.lastFault)
                #expect(fault.label == "denied" && fault.message.contains("(service api)"), "\(fault.message)")
                try await member.allow("/services/api/")
                try await diary.reaches { $0[api]?.ids == ["x"] && diary.isRecovered && diary.failing.isEmpty }
                // What is seen is kept while it may not be.
                #expect(diary.answers[web]?.ids == ["a"])
            }
        }
    }

    @Test func `a user that is wrong or missing is told at once`() async throws {
        try await EtcdMember.with { member in
            try await member.enableAuthentication(reading: "/services/")
            try await watched(etcdRegistry([member.ports.client]), [web]) { diary in
                try await diary.reaches { _ in diary.faults == 1 }
                #expect(diary.lastFault?.needsMending == true)
                #expect(diary.messages[0].contains("does not know who asks"), "\(diary.messages)")
            }
            let wrong = etcdRegistry([member.ports.client]) { settings in
                settings.access.user = "gate"
                settings.access.password = Secret("wrong")
            }
            try await watched(wrong, [web]) { diary in
                try await diary.reaches { _ in diary.faults == 1 }
                #expect(diary.messages[0].contains("authentication failed"), "\(diary.messages)")
            }
        }
    }

    @Test func `a user that the cluster does not ask for does no harm, also when it begins to`() async throws {
        try await EtcdMember.with { member in
            try await member.register("a")
            let registry = etcdRegistry([member.ports.client]) { settings in
                settings.access.user = "gate"
                settings.access.password = Secret("secret")
            }
            try await watched(registry, [web]) { diary in
                try await diary.reaches { $0[web]?.ids == ["a"] }
                try await member.enableAuthentication(reading: "/services/")
                try await member.register("b")
                try await diary.reaches { $0[web]?.ids == ["a", "b"] }
                // Longer than a stream lives: the next one has to show who it is.
                #expect(await throughout(.seconds(3)) { diary.answers[web]?.ids == ["a", "b"] })
                try await member.register("c")
                try await diary.reaches { $0[web]?.ids == ["a", "b", "c"] && diary.isRecovered }
            }
        }
    }

    @Test func `TLS with a client's certificate, and a certificate of another name`() async throws {
        try await Workspace.with { workspace in
            var options = EtcdOptions()
            let certificates = try await TestCertificates.make(in: workspace)
            options.certificates = certificates
            try await EtcdMember.with(options) { member in
                try await member.register("a")
                let right: (inout EtcdSettings) -> Void = { settings in
                    settings.access.tls.authorities = certificates.authority
                    settings.access.tls.certificate = certificates.client.certificate
                    settings.access.tls.key = certificates.client.key
                    settings.access.tls.serverName = "server.dc1.consul"
                }
                // The second one is nowhere; only its address is not to be taken for the first one's.
                let ports = [member.ports.secure, member.ports.peer]
                try await watched(etcdRegistry(ports, tls: true, right), [web]) { diary in
                    try await diary.reaches { $0[web]?.ids == ["a"] }
                    try await member.register("b")
                    try await diary.reaches { $0[web]?.ids == ["a", "b"] }
                }
                for wrong in [\TLSSettings.serverName, \.certificate] {
                    let registry = etcdRegistry([member.ports.secure], tls: true) { settings in
                        right(&settings)
                        settings.access.tls[keyPath: wrong] = nil
                    }
                    try await watched(registry, [web]) { diary in
                        try await diary.reaches { _ in diary.faults > 0 }
                        #expect(diary.lastFault?.label == "tls", "\(diary.messages)")
                        #expect(diary.count == 0)
                    }
                }
            }
        }
    }
}
