/// One step of a compiled template: sixteen plain bytes, so that walking them costs no reference counting.
///
/// What `count`, `a`, `b` and `c` mean depends on the code. A *path* is `count` sites from `a` on, one for each field.
struct Operation: BitwiseCopyable, Sendable {
    enum Code: UInt8 {
        // Writing.
        /// Writes the text at `b` of `c` bytes.
        case text
        /// Writes the text at `b` of `c` bytes, then the field `a` of the dot.
        case emitField
        /// Writes the text at `b` of `c` bytes, then the path `a` of the dot.
        case emitPath
        /// Writes the path `a` of the variable `b`.
        case emitVariable
        /// Writes the value on the stack.
        case emit
        /// Writes the `count` topmost values between the texts of the format pieces from `a` on, then the text at `b`
        /// of `c` bytes: a `printf` that need not make a string.
        case emitFormatted

        /// As `emitFormatted`, with the values from where the pieces say.
        case emitFormattedFields

        // Pushing values.
        case pushConstant
        /// Pushes the path `a` of the dot.
        case pushPath
        /// Pushes the path `a` of the variable `b`.
        case pushVariable
        /// Replaces the value on the stack by its path `a`.
        case walk
        /// Makes the value below the `count` topmost the topmost: a piped value becomes the last argument.
        case roll
        /// Removes the value below the topmost.
        case nip
        /// Writes the topmost value to the variable `a`, and pops it.
        case store
        /// Writes the topmost value to the variable `a`.
        case storeKeeping

        // Calls; the arguments are the `count` topmost values.
        /// The function `a`; with `flag` 1 its result is written, not pushed.
        case callFunction
        /// The method named `a` of the value below the arguments.
        case callMethod
        /// The comparison `flag`.
        case compare
        /// Compares the path `a` of the dot with the constant `b`; goes to `c` if that is false.
        case branchUnlessCompares
        /// Compares (`eq` or `ne`) the field `a` of the dot with the `count` bytes of text at `b`; goes to `c` if that
        /// is false.
        case branchUnlessText
        case not
        case length
        case index
        case slice
        case print
        case printLine
        case printFormatted
        /// The escaping `flag`.
        case escape
        case call
        case executeTemplate

        // Control. Targets are indices of operations.
        case jump
        /// Pops, and goes to `a` if the value is false.
        case jumpIfFalse
        /// Goes to `c` if the path `a` of the dot is false.
        case branchUnlessPath
        /// Goes to `a` and keeps the value if it is false, pops it otherwise: `and`.
        case jumpIfFalseKeeping
        /// The same if it is true: `or`.
        case jumpIfTrueKeeping
        /// Pops; goes to `a` if the value is false, else makes it the dot.
        case withBegin
        case withEnd
        /// Pops what to range over, setting the `LoopVariables` of `flag`; goes to `c` if it is empty.
        case rangeBegin
        /// Goes to `a` with the next element; ends the loop if there is none.
        case rangeNext
        /// Leaves the loop for `a`.
        case breakLoop
        /// Ends the turn of the loop whose `rangeNext` is at `a`.
        case continueLoop
        /// Calls the template `a` with the popped value as its dot.
        case callTemplate
        case ret
        /// Stops with the compiled fault `a`.
        case fault

        /// Whether `Renderer.walkRecords` takes the step, if the dot is a record.
        var isWalked: Bool {
            switch self {
            case .emitField, .emitPath, .emitVariable, .emitFormattedFields, .pushPath, .branchUnlessCompares,
                .branchUnlessText, .branchUnlessPath:
                true
            default: false
            }
        }
    }

    /// Which variables a loop sets in each turn.
    struct LoopVariables: OptionSet {
        let rawValue: UInt8

        /// The index or key, at `a`.
        static let index = LoopVariables(rawValue: 1)
        /// The element, at `b`; not if nothing in the loop reads it.
        static let element = LoopVariables(rawValue: 2)
    }

    var code: Code
    var flag: UInt8 = 0
    var count: UInt16 = 0
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0
}

/// How two values are compared: Go's functions of these names.
enum Comparison: UInt8, Sendable {
    case eq, ne, lt, le, gt, ge
}

/// Go's escaping functions.
enum Escaping: UInt8, Sendable {
    case html, js, urlquery
}

/// The functions that the engine itself has.
enum Builtin: String, CaseIterable, Sendable {
    case and, or, not, eq, ne, lt, le, gt, ge, len, index, slice, print, printf, println, html, js, urlquery, call
    case executeTemplate
    /// Calls the template that a file is; the file was read when the template was compiled.
    case include

    var arity: ClosedRange<Int> {
        switch self {
        case .not, .len: 1...1
        case .ne, .lt, .le, .gt, .ge: 2...2
        case .executeTemplate, .include: 1...2
        case .print, .println, .html, .js, .urlquery: 0...Int.max
        case .and, .or, .eq, .index, .slice, .printf, .call: 1...Int.max
        }
    }
}
