extension RegularExpression.Parser {
    /// Reads `(`, `(?:`, `(?i:`, `(?P<name>` or `(?<name>`, or a setting of flags alone: `(?i)`.
    mutating func openGroup() throws(RegularExpressionFault) {
        guard peek(1) == UInt8(ascii: "?") else {
            position += 1
            return pushGroup(named: nil)
        }
        if (startsWith("(?P<") && peek(4) != nil) || (startsWith("(?<") && peek(3) != nil) {
            try openNamedGroup()
        } else {
            try readFlags()
        }
    }

    /// Reads `)`.
    mutating func closeGroup() throws(RegularExpressionFault) {
        guard let outer = open.popLast() else {
            throw fault(.unexpectedParenthesis, from: 0, to: bytes.count, at: position)
        }
        let node = try checked(current.closed(), at: position)
        flags = current.outerFlags
        current = outer
        push(node, length: 1)
    }

    private mutating func pushGroup(named name: String?, captures: Bool = true, flags inner: Flags? = nil) {
        if captures { groupNames.append(name) }
        open.append(current)
        current = OpenGroup(group: captures ? groupNames.count - 1 : nil, outerFlags: flags)
        if let inner { flags = inner }
    }

    private mutating func openNamedGroup() throws(RegularExpressionFault) {
        let start = position
        let nameStart = start + (peek(2) == UInt8(ascii: "P") ? 4 : 3)
        let isLookbehind = bytes[nameStart] == UInt8(ascii: "=") || bytes[nameStart] == UInt8(ascii: "!")
        let hint = isLookbehind && nameStart == start + 3 ? Unsupported.lookbehind : nil
        guard let end = bytes[nameStart...].firstIndex(of: UInt8(ascii: ">")) else {
            throw fault(.invalidNamedCapture, from: start, to: bytes.count, hint: hint)
        }
        let name = bytes[nameStart..<end]
        guard !name.isEmpty, name.allSatisfy({ RegularExpression.Assertion.Neighbour($0) == .word }) else {
            throw fault(.invalidNamedCapture, from: start, to: end + 1, hint: hint)
        }
        position = end + 1
        pushGroup(named: text(from: nameStart, to: end))
    }

    /// Reads what follows `(?` up to `:`, which opens a group, or `)`, which sets flags for the rest of this one.
    private mutating func readFlags() throws(RegularExpressionFault) {
        let start = position
        position += 2
        var result = flags
        var clears = false
        var sawFlag = false
        reading: while position < bytes.count {
            let byte = UInt8(exactly: takeScalar()) ?? 0
            if let flag = Self.flag(byte) {
                if clears { result.remove(flag) } else { result.insert(flag) }
                sawFlag = true
                continue
            }
            switch byte {
            case UInt8(ascii: "-") where !clears:
                clears = true
                sawFlag = false
            case UInt8(ascii: ":") where sawFlag || !clears:
                return pushGroup(named: nil, captures: false, flags: result)
            case UInt8(ascii: ")") where sawFlag || !clears:
                flags = result
                return
            default:
                break reading
            }
        }
        throw fault(.invalidGroup, from: start, to: position, hint: Unsupported.group(bytes[(start + 2)...]))
    }

    private static func flag(_ byte: UInt8) -> Flags? {
        switch byte {
        case UInt8(ascii: "i"): .foldsCase
        case UInt8(ascii: "m"): .multiline
        case UInt8(ascii: "s"): .dotMatchesLineFeed
        case UInt8(ascii: "U"): .swapsGreed
        default: nil
        }
    }
}
