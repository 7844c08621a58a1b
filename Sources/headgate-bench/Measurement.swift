#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One figure of one benchmark.
struct Figure: Encodable {
    var benchmark: String
    var what: String
    var value: Double
    var unit: String
}

enum Measurement {
    /// The process's CPU time in nanoseconds: what this work costs, whatever else the machine does.
    static func processorNanoseconds() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// The least CPU nanoseconds that `work` took in `rounds` rounds: noise only ever adds.
    static func best(of rounds: Int, _ work: () throws -> Void) rethrows -> Double {
        var best = UInt64.max
        for _ in 0..<rounds {
            let start = processorNanoseconds()
            try work()
            best = min(best, processorNanoseconds() - start)
        }
        return Double(best)
    }

    /// The value below which the share `part` of `sorted` lies.
    static func percentile(_ part: Double, of sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return .nan }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }
}
