import Diagnostics
import Rendering
import TemplateEngine
import Testing

@Suite("Functions that there are, and that are refused")
struct RefusedFunctionTests {
    private static var names: Set<String> {
        Set(
            (StandardFunctions.pure + RenderingFunctions.all + environmentFunctions { _ in nil }
                + socketAddressFunctions { () throws(FunctionFault) in HostInterfaces([]) }
                + [CodecFunctions.parseYAML { _ throws(FunctionFault) in .null }]).map(\.name)
        )
    }

    @Test("each of consul-template's functions is there or refused with a reason")
    func consulTemplate() {
        let all = """
            service services connect node nodes datacenters partitions peerings exportedServices importedServices key \
            keyExists keyOrDefault key_or_default ls tree safeLs safeTree caRoots caLeaf file secret secrets pkiCert \
            nomadServices nomadService nomadVar nomadVarExists nomadVarList nomadVarListSafe scratch byKey byTag byPort \
            byMeta contains in containsAll containsAny containsNone containsNotAll env mustEnv envOrDefault explode \
            explodeMap mergeMap mergeMapWithOverride indent join split splitToMap trim trimPrefix trimSuffix trimSpace \
            toLower toUpper toTitle replaceAll regexMatch regexReplaceAll loop parseBool parseInt parseUint parseFloat \
            parseJSON parseYAML toJSON toJSONPretty toUnescapedJSON toUnescapedJSONPretty toYAML toTOML base64Encode \
            base64Decode base64URLEncode base64URLDecode sha256Hex md5sum hmacSHA256Hex timestamp plugin sockaddr \
            writeToFile add subtract multiply divide modulo minimum maximum spew_dump spew_sdump spew_printf spew_sprintf
            """
        for name in all.split(separator: " ").map({ String($0) }) {
            #expect(Self.names.contains(name) != (RefusedFunctions.reasons[name] != nil), "\(name)")
        }
    }

    @Test("each Sprig function that is promised is there")
    func sprig() {
        let all = """
            default int add sub mul div mod max min repeat trunc quote squote upper lower title trim trimAll trimPrefix \
            trimSuffix replace contains hasPrefix hasSuffix list dict get hasKey keys values first last rest uniq \
            sortAlpha join splitList toString toJson toPrettyJson fromJson b64enc b64dec sha256sum ternary empty \
            coalesce indent nindent regexMatch regexReplaceAll until untilStep semver semverCompare
            """
        for name in all.split(separator: " ") { #expect(Self.names.contains("sprig_\(name)"), "\(name)") }
    }

    @Test("no function is there twice, or there and refused")
    func once() {
        let names = (StandardFunctions.pure + RenderingFunctions.all).map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Self.names.isDisjoint(with: RefusedFunctions.reasons.keys))
    }

    @Test(
        "a refused one is so when the template is read, with the reason",
        arguments: [
            ("{{ secret \"a\" }}", "Vault"), ("{{ plugin \"a\" }}", "runs no programs"),
            ("{{ \"x\" | writeToFile \"p\" \"u\" \"g\" \"0644\" }}", "no side effects"),
            ("{{ spew_dump . }}", "spew_sdump"), ("{{ sprig_now }}", "timestamp"),
            ("{{ sprig_randAlpha 5 }}", "same output"), ("{{ sprig_genCA \"a\" 1 }}", "no keys"),
            ("{{ sprig_env \"HOME\" }}", "envOrDefault"), ("{{ sprig_set . \"a\" 1 }}", "sprig_merge"),
        ]
    )
    func reasons(template: String, reason: String) {
        let faults = #expect(throws: TemplateFaults.self) { try Fixture().renderer(template) }
        #expect(faults?.diagnostics.first?.hint?.contains(reason) == true)
        #expect(faults?.diagnostics.first?.message.contains("is not headgate's") == true)
    }

    @Test("a Sprig function without its prefix is hinted at")
    func prefix() {
        var fixture = Fixture()
        fixture.functions = StandardFunctions.pure
        let faults = #expect(throws: TemplateFaults.self) { try fixture.renderer("{{ default 1 . }}") }
        #expect(faults?.diagnostics.first?.hint == "Sprig's functions have a prefix: sprig_default")
    }
}
