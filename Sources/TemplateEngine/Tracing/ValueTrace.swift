/// Which records are followed through a template, to tell before any render whether a certain part of them can show.
///
/// The answer errs on the side of yes: what is not named here is taken to show all of a record that it is given.
package struct ValueTrace: Sendable {
    /// The functions that give lists of the records.
    package var sources: Set<String>
    /// The fields in which the part is. Whoever names one, as a field or in a text, is taken to show it.
    package var revealing: Set<String>
    /// The fields of the records in which it is not.
    package var harmless: Set<String>
    /// Functions that hand on what they are given, or some of it.
    package var keeping: Set<String>
    /// Those of them whose first argument names a field.
    package var choosing: Set<String>
    /// Functions that sort such a list into a map.
    package var grouping: Set<String>
    /// Functions that put what they are given into a map under keys of the template's own.
    package var wrapping: Set<String>
    /// Functions whose results say nothing of the part.
    package var opaque: Set<String>

    package init(
        sources: Set<String>,
        revealing: Set<String>,
        harmless: Set<String>,
        keeping: Set<String>,
        choosing: Set<String>,
        grouping: Set<String>,
        wrapping: Set<String>,
        opaque: Set<String>,
    ) {
        self.sources = sources
        self.revealing = revealing
        self.harmless = harmless
        self.keeping = keeping
        self.choosing = choosing
        self.grouping = grouping
        self.wrapping = wrapping
        self.opaque = opaque
    }
}
