import FoundationEssentials

/// What a real API server (1.36) answered, under `Fixtures/kubernetes/`.
enum RecordedCluster {
    static func bytes(_ file: String) throws -> [UInt8] {
        let directory = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
        return try Array(
            Data(contentsOf: URL(filePath: "\(directory.joined(separator: "/"))/Fixtures/kubernetes/\(file)"))
        )
    }

    static func lines(_ file: String) throws -> [[UInt8]] {
        try bytes(file).split(separator: UInt8(ascii: "\n")).map(Array.init)
    }
}
