import Documents
import FoundationEssentials
import Testing

/// The manifests of the examples are YAML.
@Suite struct ExampleTests {
    @Test(arguments: ["rbac.yaml", "deployment.yaml", "kustomization.yaml", "headgate.yaml"])
    func `a manifest parses`(name: String) throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let bytes = try Data(contentsOf: URL(filePath: "\(root)/examples/kubernetes/\(name)"))
        for text in String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n---\n") {
            let document = try Document(reading: SourceFile(name: name, text: text + "\n"))
            #expect(document.faults.isEmpty && document.root != nil)
        }
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [String] {
        split(separator: separator).map(String.init)
    }
}
