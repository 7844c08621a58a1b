import Catalog
import Rendering
import TemplateEngine
import Testing

@Suite("Whether templates read what checks printed")
struct CheckOutputTests {
    private var fixture: Fixture {
        var fixture = Fixture()
        fixture.functions = StandardFunctions.pure
        return fixture
    }

    static let withoutIt = [
        "", "plain text with Output and Checks in it", "{{/* .Checks */}}", #"{{ key "a/b" }}"#,
        #"{{ range service "web" }}server {{ .ID }} {{ .Address }}:{{ .Port }} weight {{ .Weights.Passing }}{{ end }}"#,
        #"{{ range $i, $s := service "web|any" }}{{ $i }} {{ $s.Name }} {{ $s.NodeMeta.rack }} {{ $s.Status }}{{ end }}"#,
        #"{{ range service "web" }}{{ range .Tags }}{{ . }}{{ end }}{{ .Tags | join "," }}{{ .ServiceMeta | toJSON }}{{ end }}"#,
        #"{{ $all := service "web" }}{{ len $all }}{{ if not $all }}none{{ end }}"#,
        #"{{ with index (service "web") 0 }}{{ .Address }}{{ end }}"#,
        #"{{ with service "web" | sortBy "Meta.zone" | first 3 }}{{ range . }}{{ .ID }}{{ end }}{{ end }}"#,
        #"{{ range $tag, $list := service "web" | byTag }}{{ $tag }}: {{ range $list }}{{ .ID }}{{ end }}{{ end }}"#,
        #"{{ range $zone, $list := service "web" | groupBy "Zone" }}{{ $zone }} {{ len $list }}{{ end }}"#,
        #"{{ (service "web" | byTag).blue | len }}"#, #"{{ service "web" | sum "Weights.Passing" }}"#,
        #"{{ define "s" }}server {{ .ID }}{{ end }}{{ range service "web" }}{{ template "s" . }}{{ end }}"#,
        #"{{ define "s" }}{{ . }}{{ end }}{{ range service "web" }}{{ template "s" .ID }}{{ end }}"#,
        #"{{ range service "web" }}{{ stableId . }} {{ hostport .Address .Port }} {{ printf "%s:%d" .ID .Port }}{{ end }}"#,
        #"{{ range services }}{{ range service .Name }}{{ .ID }}{{ end }}{{ . }}{{ end }}"#,
        #"{{ with node "n1" }}{{ .Node.Address }}{{ range .Services }}{{ . }}{{ end }}{{ end }}"#,
        #"{{ range nodes }}{{ . | toJSON }}{{ end }}"#,
        #"{{ scratch.Set "n" (len (service "web")) }}{{ scratch.Get "n" }}"#,
        #"{{ $ | toJSON }}"#, #"{{ range where "Health" "passing" (service "web|any") }}{{ .ID }}{{ end }}"#,
    ]

    @Test("Templates that cannot show it", arguments: withoutIt)
    func silent(_ template: String) throws {
        #expect(try !fixture.renderer(template).readsCheckOutput)
    }

    static let withIt = [
        #"{{ range service "web" }}{{ range .Checks }}{{ .Output }}{{ end }}{{ end }}"#,
        #"{{ range service "web" }}{{ len .Checks }}{{ end }}"#, #"{{ range service "web" }}{{ . }}{{ end }}"#,
        #"{{ service "web" }}"#, #"{{ service "web" | toJSON }}"#, #"{{ service "web" | first | toJSONPretty }}"#,
        #"{{ $s := service "web" }}{{ $s | toYAML }}"#, #"{{ range connect "web" }}{{ . | toTOML }}{{ end }}"#,
        #"{{ range preparedQuery "web" }}{{ printf "%v" . }}{{ end }}"#, #"{{ safeService "web" | spew_sdump }}"#,
        #"{{ range service "web" }}{{ print . | sha256Hex }}{{ end }}"#, #"{{ service "web" | sprig_toJson }}"#,
        #"{{ range $s := service "web" }}{{ $s }}{{ end }}"#, #"{{ with index (service "web") 0 }}{{ . }}{{ end }}"#,
        #"{{ if contains "x" (printf "%v" (service "web")) }}y{{ end }}"#,
        #"{{ range service "web" | where "Checks" "x" }}{{ .ID }}{{ end }}"#,
        #"{{ $f := "Che" }}{{ range service "web" | groupBy (print $f "cks") }}x{{ end }}"#,
        #"{{ define "s" }}{{ . }}{{ end }}{{ range service "web" }}{{ template "s" . }}{{ end }}"#,
        #"{{ define "s" }}{{ . }}{{ end }}{{ range service "web" }}{{ executeTemplate "s" . }}{{ end }}"#,
        #"{{ define "a" }}{{ template "b" . }}{{ end }}{{ define "b" }}{{ . | toJSON }}{{ end }}{{ template "a" (service "web") }}"#,
        #"{{ define "s" }}{{ $ }}{{ end }}{{ template "s" (service "web") }}"#,
        #"{{ block "s" (service "web") }}{{ . }}{{ end }}"#,
        #"{{ scratch.Set "s" (service "web") }}{{ scratch.Get "s" | toJSON }}"#,
        #"{{ scratch.Get "s" | toJSON }}{{ range service "web" }}{{ scratch.MapSet "s" .ID . }}{{ end }}"#,
        #"{{ with sprig_dict "Name" (service "web") }}{{ .Name }}{{ end }}"#,
        #"{{ range service "web" | byTag }}{{ . }}{{ end }}"#, #"{{ (service "web" | byTag).Name }}"#,
        #"{{ $x := 1 }}{{ range service "web" }}{{ $x = . }}{{ end }}{{ $x }}"#,
        #"{{ $x := 1 }}{{ range loop 3 }}{{ $x }}{{ $x = service "web" }}{{ end }}"#,
        #"{{ or (service "web") "none" }}"#, #"{{ (service "web" | sprig_first) }}"#,
        #"{{ range service "web" }}{{ .Checks | len }}{{ end }}"#,
    ]

    @Test("Templates that may show it", arguments: withIt)
    func telling(_ template: String) throws {
        #expect(try fixture.renderer(template).readsCheckOutput)
    }

    @Test("All files of a target count, and those that they include")
    func files() throws {
        #expect(try fixture.renderer("x", #"{{ service "web" | toJSON }}"#).readsCheckOutput)
        let telling = try includes(#"{{ range service "web" }}{{ include "s.tmpl" }}{{ end }}"#, "{{ . | toJSON }}")
        #expect(telling)
        let silent = try includes(#"{{ range service "web" }}{{ include "s.tmpl" }}{{ end }}"#, "{{ .ID }}")
        #expect(!silent)
        let other = try includes(#"{{ range service "web" }}{{ include "s.tmpl" .ID }}{{ end }}"#, "{{ . }}")
        #expect(!other)
    }

    private func includes(_ template: String, _ partial: String) throws -> Bool {
        try TargetRenderer(
            TargetRenderer.Configuration(
                name: "edge",
                files: [TemplateFile(TemplateSource(name: "t", text: template.utf8), destination: "")],
                registry: "main",
                loadPartial: { path, _ throws(FunctionFault) in TemplateSource(name: path, text: partial.utf8) }
            ),
            functions: StandardFunctions.pure
        ).readsCheckOutput
    }
}
