#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The machine's time in seconds since 1970.
@Sendable package func secondsSince1970() -> Int64 {
    var time = timespec()
    // The time of day has no safe interface below Foundation.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec)
}
