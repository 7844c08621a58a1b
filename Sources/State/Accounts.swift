#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The numeric id of a user given by name or number; nil if there is no such user.
package func userID(named name: String) -> UInt32? {
    if let number = UInt32(name) { return number }
    return unsafe lookUp { start, size, found in
        // `getpwnam_r` fills memory that lives for this call only; the id is copied out.
        var record = unsafe passwd()
        var result: UnsafeMutablePointer<passwd>?
        let code = unsafe getpwnam_r(name, &record, start, size, &result)
        if let result = unsafe result { found = unsafe result.pointee.pw_uid }
        return code
    }
}

/// The numeric id of a group given by name or number; nil if there is no such group.
package func groupID(named name: String) -> UInt32? {
    if let number = UInt32(name) { return number }
    return unsafe lookUp { start, size, found in
        // As above.
        var record = unsafe group()
        var result: UnsafeMutablePointer<group>?
        let code = unsafe getgrnam_r(name, &record, start, size, &result)
        if let result = unsafe result { found = unsafe result.pointee.gr_gid }
        return code
    }
}

/// Asks again with a larger buffer while the account's record does not fit.
private func lookUp(_ ask: (UnsafeMutablePointer<CChar>, Int, inout UInt32?) -> CInt) -> UInt32? {
    var size = 1024
    while size <= 1 << 20 {
        var found: UInt32?
        let code = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
            guard let start = buffer.baseAddress else { return ERANGE }
            return unsafe ask(start, buffer.count, &found)
        }
        if code != ERANGE { return found }
        size *= 4
    }
    return nil
}
