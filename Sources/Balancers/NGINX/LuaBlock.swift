/// Where the block of Lua ends whose brace was opened before `start` (lua-nginx-module, `*_by_lua_block`): braces in its
/// strings and comments do not count.
func endOfLua(in source: [UInt8], from start: Int) -> Int {
    var depth = 1
    var offset = start
    while offset < source.count {
        switch source[offset] {
        case UInt8(ascii: "{"):
            depth += 1
            offset += 1
        case UInt8(ascii: "}"):
            depth -= 1
            offset += 1
            if depth == 0 { return offset }
        case let byte where NGINXText.isQuote(byte):
            offset = endOfQuoted(in: source, from: offset)
        case UInt8(ascii: "-") where source[offset...].starts(with: "--".utf8):
            offset =
                endOfLongBracket(in: source, from: offset + 2)
                ?? source[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? source.count
        case UInt8(ascii: "["):
            offset = endOfLongBracket(in: source, from: offset) ?? offset + 1
        default:
            offset += 1
        }
    }
    return source.count
}

/// Where a Lua string or comment in long brackets ends (`[[ … ]]`, `[==[ … ]==]`); nil if none begins at `start`.
private func endOfLongBracket(in source: [UInt8], from start: Int) -> Int? {
    let rest = source[start...]
    guard rest.first == UInt8(ascii: "[") else { return nil }
    let level = rest.dropFirst().prefix { $0 == UInt8(ascii: "=") }
    guard rest.dropFirst(level.count + 1).first == UInt8(ascii: "[") else { return nil }
    let closing = [UInt8(ascii: "]")] + level + [UInt8(ascii: "]")]
    return rest.firstRange(of: closing)?.upperBound ?? source.count
}
