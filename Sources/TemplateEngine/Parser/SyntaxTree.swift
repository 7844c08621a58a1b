/// What the parser makes of a template's text. Ranges are offsets into the `SourceMap` of the compilation.
enum SyntaxTree {
    /// A stretch of a template, or one thing in it.
    indirect enum Node: Sendable {
        case text(Range<Int>)
        case action(Pipeline)
        case branch(Branch)
        case loop(Loop)
        case call(TemplateCall)
        case exit(Exit)
    }

    /// `if` or `with`; `else if` and `else with` are further clauses.
    struct Branch: Sendable {
        struct Clause: Sendable {
            var condition: Pipeline
            var body: [Node]
        }

        var clauses: [Clause]
        var otherwise: [Node]
        /// Whether the condition's value becomes the dot (`with`).
        var setsDot: Bool
    }

    struct Loop: Sendable {
        var subject: Pipeline
        var body: [Node]
        var otherwise: [Node]
    }

    /// `template "name" pipeline`, and the call that `block` makes.
    struct TemplateCall: Sendable {
        var name: String
        var argument: Pipeline?
        var range: Range<Int>
    }

    /// `break` or `continue`.
    struct Exit: Sendable {
        var leavesLoop: Bool
        var range: Range<Int>
    }

    /// `$a, $b := command | command`.
    struct Pipeline: Sendable {
        var variables: [Variable] = []
        /// `=` instead of `:=`.
        var assigns = false
        /// Empty if the pipeline could not be read.
        var commands: [Command] = []
        var range: Range<Int>
    }

    struct Variable: Sendable {
        /// With its `$`.
        var name: String
        var range: Range<Int>
    }

    /// An operand with its arguments.
    struct Command: Sendable {
        var head: Operand
        var arguments: [Operand]
        var range: Range<Int>
    }

    struct Operand: Sendable {
        indirect enum Kind: Sendable {
            case dot
            case null
            case constant(Value)
            case function(String)
            case variable(String)
            case pipeline(Pipeline)
        }

        var kind: Kind
        /// `.A.B` after it.
        var fields: [Field]
        var range: Range<Int>
    }

    struct Field: Sendable {
        /// Without its dot.
        var name: String
        var range: Range<Int>
    }

    /// A template with a name: the file itself, a `define` or a `block`.
    struct Definition: Sendable {
        var name: String
        var body: [Node]
        var range: Range<Int>
    }
}
