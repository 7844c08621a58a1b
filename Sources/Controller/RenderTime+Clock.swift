import Rendering

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension RenderTime {
    /// The wall clock's time.
    static var now: RenderTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)  // A structure for the call alone.
        return RenderTime(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
    }
}
