/// A place where bytes are not the JSON they should be.
package struct JSONFault: Error, Hashable, Sendable {
    /// The byte at which the fault was found, from 0.
    package var offset: Int
    /// What is wrong there, without a full stop.
    package var message: String

    package init(_ message: String, at offset: Int) {
        self.offset = offset
        self.message = message
    }
}

extension JSONFault: CustomStringConvertible {
    package var description: String { "byte \(offset): \(message)" }
}
