/// What a template computes with: the values of Go's `text/template` that its functions and data can produce.
package enum Value: Sendable {
    /// Go's untyped nil: a missing value, JSON's null.
    case null
    case bool(Bool)
    case int(Int)
    /// Go's `uint64`, as `parseUint` gives it.
    case uint(UInt)
    case float(Double)
    case text(Text)
    case list(List)
    case map(Map)
    case record(Record)
    /// A thing with methods, such as `scratch`.
    case object(any TemplateObject)

    /// A trusted string.
    package static func string(_ string: String) -> Value { .text(Text(string)) }
}

/// A string that knows which of its bytes somebody else wrote.
package struct Text: Sendable {
    package var string: String
    package var origin: Origin

    package init(_ string: String, origin: Origin = .trusted) {
        self.string = string
        self.origin = origin
    }
}

/// Who wrote the bytes of a `Text`: the template's author, or a registration.
package enum Origin: Sendable {
    /// All bytes are the author's (or of data that is trusted).
    case trusted
    /// All bytes come from one registration.
    case untrusted(Source)
    /// Some do: see the spans. Bytes outside every span are trusted.
    case mixed(SpanList)

    /// The registration that untrusted bytes came from, a number that the host gave (`TemplateHost.describe`).
    package struct Source: Hashable, Sendable {
        package var number: UInt32

        package init(_ number: UInt32) { self.number = number }
    }
}

/// The untrusted spans of a text, in order, not overlapping: UTF-8 offsets.
package final class SpanList: Sendable {
    package struct Span: Hashable, Sendable {
        package var range: Range<Int>
        package var source: Origin.Source
        /// Further registrations that have the same text here: those of the key of a group.
        package var sharers: [Origin.Source]

        package init(_ range: Range<Int>, _ source: Origin.Source, sharedWith sharers: [Origin.Source] = []) {
            self.range = range
            self.source = source
            self.sharers = sharers
        }

        /// The span at another place.
        package func moved(to range: Range<Int>) -> Span { Span(range, source, sharedWith: sharers) }
    }

    package let spans: [Span]

    package init(_ spans: [Span]) { self.spans = spans }
}

/// What a list's or map's elements are in Go; it decides how they print, compare and which functions take them.
package enum ElementKind: Sendable {
    /// `[]interface{}`, `map[string]interface{}`.
    case any
    /// `[]string`, `map[string]string`.
    case string
    /// `[]int64` or another integer list.
    case int
    /// A list or map of records.
    case record
}

/// Go's slice.
package struct List: Sendable {
    package var elements: [Value]
    package let kind: ElementKind
    private let measured: Extent

    package init(_ elements: [Value], kind: ElementKind = .any) {
        self.elements = elements
        self.kind = kind
        measured = kind == .any ? Extent(of: elements) : Extent()
    }

    /// How much is in it.
    var extent: Extent { kind == .any ? measured : Extent(flat: elements.count) }
}

/// A value with methods instead of fields.
package protocol TemplateObject: AnyObject, Sendable {
    /// Go's name of the type, for messages and `%T`.
    var typeName: String { get }
    /// Calls `method`; nil if there is none of that name.
    func call(_ method: String, _ arguments: [Value]) throws(FunctionFault) -> Value?
}
