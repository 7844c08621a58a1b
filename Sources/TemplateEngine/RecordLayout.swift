import Synchronization

/// Which values the records of one kind hold in print, and at which of their places.
///
/// It is the same for many records, so that a template looks up a path once, and finds it by a number in all others.
package struct RecordLayout: Sendable {
    /// How many values a record can hold in print.
    package static let capacity = PrintedFields.placeCount

    /// Tells layouts apart; never 0.
    let number: UInt32
    private let places: [[String]: Int]

    private static let count = Atomic<UInt32>(0)

    /// - Parameter paths: For each place the paths that lead to its value: `[["Status"], ["Health"]]`. What is behind the
    ///   capacity is left out.
    package init(_ paths: [[[String]]]) {
        number = Self.count.add(1, ordering: .relaxed).newValue
        var places: [[String]: Int] = [:]
        for (place, paths) in paths.prefix(Self.capacity).enumerated() {
            for path in paths { places[path] = place }
        }
        self.places = places
    }

    /// The place of the value that `path` leads to; nil if it is not held in print.
    func place(of path: some Sequence<String>) -> Int? { places[Array(path)] }
}
