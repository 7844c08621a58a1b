/// Where a render writes: one growing run of bytes with a limit.
///
/// What does not fit is dropped and `isOverfull` set, so that writing needs no check of its own; the renderer looks
/// at the flag from time to time.
@safe struct OutputBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity: Int
    private let limit: Int
    private(set) var isOverfull = false

    /// Whether `base` was allocated here.
    private var ownsMemory = false

    /// How much memory to begin with for a render that will write about `expected` bytes.
    static func room(expected: Int, limit: Int) -> Int {
        min(max(limit, 0), max(16 << 10, min(expected, 1 << 30) / 8 * 9))
    }

    /// A buffer that writes to `memory` as long as there is room in it. The caller keeps it allocated.
    init(_ memory: UnsafeMutableBufferPointer<UInt8>, limit: Int) {
        self.limit = max(limit, 0)
        capacity = min(memory.count, self.limit)
        if let start = memory.baseAddress, capacity > 0 {
            unsafe base = start
        } else {
            capacity = 0
            unsafe base = .allocate(capacity: 1)
            ownsMemory = true
        }
    }

    deinit {
        // Nobody else knows of memory allocated here.
        if ownsMemory { unsafe base.deallocate() }
    }

    /// Calls `body` with the bytes written so far.
    func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        // The first `count` bytes are initialized, and stay so while `body` runs.
        let buffer = unsafe UnsafeBufferPointer(start: base, count: count)
        return body(unsafe buffer.span)
    }

    /// The bytes from `start` on; what is no UTF-8 becomes U+FFFD.
    func string(from start: Int) -> String {
        // The first `count` bytes are initialized.
        unsafe String(decoding: UnsafeBufferPointer(start: base + start, count: count - start), as: UTF8.self)
    }

    @inline(__always)
    mutating func append(_ bytes: Span<UInt8>) {
        let added = bytes.count
        guard reserve(added) else { return }
        // `reserve` has made room for `added` bytes behind `count`.
        unsafe bytes.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { unsafe (base + count).update(from: start, count: added) }
        }
        count += added
    }

    mutating func append(_ string: String) {
        if appendIfRoom(string) { return }
        if reserve(string.utf8.count), appendIfRoom(string) { return }
        // Not contiguous: it did not come from Swift, or it does not fit.
        for byte in string.utf8 where !isOverfull { append(byte: byte) }
    }

    /// Writes `string`, if that needs no more memory; calls nothing that could free it.
    @inline(__always)
    mutating func appendIfRoom(_ string: borrowing String) -> Bool {
        let room = capacity - count
        let end = unsafe base + count
        let written = unsafe string.utf8.withContiguousStorageIfAvailable { source in
            guard source.count <= room, let start = source.baseAddress else { return -1 }
            // There is room for `source.count` bytes behind `count`.
            unsafe end.update(from: start, count: source.count)
            return source.count
        }
        guard let written, written >= 0 else { return false }
        count += written
        return true
    }

    /// Writes a printed field, if that needs no more memory.
    @inline(__always)
    mutating func appendIfRoom(_ printed: PrintedFields.View, _ field: PrintedFields.Place) -> Bool {
        guard capacity &- count >= PrintedFields.maximumCount else { return false }
        let words = (printed.word(0, of: field), printed.word(1, of: field), printed.word(2, of: field))
        // There is room for all that is written here; what is too much is written over by what comes next.
        let end = unsafe UnsafeMutableRawPointer(base + count)
        unsafe end.storeBytes(of: words.0.littleEndian, as: UInt64.self)
        unsafe end.storeBytes(of: words.1.littleEndian, toByteOffset: 8, as: UInt64.self)
        unsafe end.storeBytes(of: words.2.littleEndian, toByteOffset: 16, as: UInt64.self)
        count &+= field.count
        return true
    }

    /// Writes `count` bytes of `pool`, if that needs no more memory, they are few, and there are more behind them.
    @inline(__always)
    mutating func appendIfRoom(_ pool: Span<UInt8>, from start: Int, count added: Int) -> Bool {
        guard added <= 32, start &+ 32 <= pool.count, capacity &- count >= 32 else { return false }
        // Both have 32 bytes there; what is too much is written over by what comes next.
        unsafe pool.withUnsafeBytes { bytes in
            let source = unsafe bytes.baseAddress.unsafelyUnwrapped + start
            let end = unsafe UnsafeMutableRawPointer(base + count)
            unsafe end.storeBytes(of: source.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
            if added > 16 {
                let rest = unsafe source.loadUnaligned(fromByteOffset: 16, as: SIMD16<UInt8>.self)
                unsafe end.storeBytes(of: rest, toByteOffset: 16, as: SIMD16<UInt8>.self)
            }
        }
        count &+= added
        return true
    }

    @inline(__always)
    mutating func append(byte: UInt8) {
        guard reserve(1) else { return }
        unsafe base[count] = byte
        count += 1
    }

    /// Writes `value` in decimal digits.
    mutating func append(decimal value: Int) {
        if !appendIfRoom(decimal: value) { append(String(value)) }
    }

    /// Writes `value` in decimal digits, if there is room for any `Int`.
    @inline(__always)
    mutating func appendIfRoom(decimal value: Int) -> Bool {
        guard capacity - count >= 20 else { return false }
        var rest = value.magnitude
        var length = value < 0 ? 1 : 0
        var larger = rest
        while larger >= 10_000 {
            larger /= 10_000
            length += 4
        }
        length += larger < 10 ? 1 : larger < 100 ? 2 : larger < 1_000 ? 3 : 4
        var place = count + length
        // There is room for the sign and nineteen digits.
        repeat {
            place -= 1
            unsafe base[place] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
            rest /= 10
        } while rest > 0
        if value < 0 { unsafe base[count] = UInt8(ascii: "-") }
        count += length
        return true
    }

    /// Takes back what was written after `count`.
    mutating func truncate(to count: Int) { self.count = min(max(count, 0), self.count) }

    /// All bytes as an array, if they are no longer in the memory that the caller gave.
    consuming func finish() -> [UInt8]? {
        guard ownsMemory else { return nil }
        // The first `count` bytes are initialized.
        return unsafe [UInt8](UnsafeBufferPointer(start: base, count: count))
    }

    @inline(__always)
    private mutating func reserve(_ added: Int) -> Bool {
        count + added <= capacity || grow(by: added)
    }

    @inline(never)
    private mutating func grow(by added: Int) -> Bool {
        let needed = count + added
        guard needed <= limit, !isOverfull else {
            isOverfull = true
            return false
        }
        let newCapacity = min(max(capacity * 2, needed), limit)
        let new = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
        // The first `count` bytes of the old memory are initialized.
        unsafe new.update(from: base, count: count)
        if ownsMemory { unsafe base.deallocate() }
        ownsMemory = true
        unsafe base = new
        capacity = newCapacity
        return true
    }
}
