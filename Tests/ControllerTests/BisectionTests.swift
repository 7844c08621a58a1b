import Controller
import Testing

@Suite struct BisectionTests {
    /// A check that fails when all of any of `faults` are among the candidates that it is run with.
    private struct Check {
        let count: Int
        let faults: [Set<Int>]

        /// What a check says of these candidates; nil if it passes.
        private func refusal(_ included: Set<Int>) -> String? {
            faults.first { $0.isSubset(of: included) }.map { "fault \($0.sorted())" }
        }

        /// Runs a bisection to its end; the answer to `conclude`, nil if it was not asked, is the last one.
        func bisect() -> (bisection: Bisection, concluded: Bool?) {
            var bisection = Bisection(of: count, refusedFor: refusal(Set(0..<count)) ?? "")
            var step = bisection.begin()
            var concluded: Bool?
            while step != .end {
                var included = Set(0..<count)
                if case .check(let first) = step { included = Set(0..<first) }
                let words = refusal(included.subtracting(bisection.culprits.map(\.candidate)))
                if step == .conclude { concluded = words == nil }
                step = bisection.on(words.map { .refused($0) } ?? .passed)
            }
            return (bisection, concluded)
        }
    }

    @Test func `one culprit is found with at most log₂ n + 2 checks, wherever it is`() {
        for count in 1...1000 {
            // Rounded up.
            let logarithm = Int.bitWidth - (count - 1).leadingZeroBitCount
            for position in 0..<count {
                var bisection = Bisection(of: count, refusedFor: "all")
                var step = bisection.begin()
                while case .check(let first) = step {
                    step = bisection.on(first > position ? .refused("\(first)") : .passed)
                }
                guard step == .conclude, bisection.culprits.map(\.candidate) == [position],
                    bisection.on(.passed) == .end, bisection.checks <= logarithm + 2
                else {
                    Issue.record("\(position) of \(count): \(bisection)")
                    return
                }
            }
        }
    }

    /// How many candidates there are, what fails, and who is found.
    static let several: [(Int, [Set<Int>], [Int])] = [
        (50, [[7]], [7]), (50, [[0], [49]], [0, 49]), (50, [[3], [4], [5], [31]], [3, 4, 5, 31]),
        // Of two that cannot be together the second is to blame.
        (50, [[10, 20]], [20]), (2, [[0, 1]], [1]), (3, [[0], [1], [2]], [0, 1, 2]), (1, [[0]], [0]),
    ]

    @Test(arguments: several)
    func `several culprits are found one after the other, each with what is said of it`(
        count: Int,
        faults: [Set<Int>],
        culprits: [Int],
    ) {
        let (bisection, concluded) = Check(count: count, faults: faults).bisect()
        #expect(bisection.culprits.map(\.candidate) == culprits)
        #expect(concluded == true)
        for (culprit, fault) in zip(bisection.culprits, faults) {
            #expect(culprit.reason == "fault \(fault.sorted())")
        }
    }

    @Test(arguments: [1, 2, 50])
    func `nobody is to blame for a check that fails without any of the candidates`(count: Int) {
        let (bisection, concluded) = Check(count: count, faults: [[]]).bisect()
        #expect(bisection.culprits.isEmpty && bisection.checks == 1 && concluded == nil)
        #expect(bisection.failsWithout)
    }

    @Test func `nothing is asked where there are no candidates`() {
        let (bisection, _) = Check(count: 0, faults: [[]]).bisect()
        #expect(bisection.checks == 0 && bisection.culprits.isEmpty)
    }

    @Test func `the number of checks is bounded, and what was found until then is kept`() {
        let (bisection, concluded) = Check(count: 1000, faults: (0..<1000).map { [$0] }).bisect()
        #expect(bisection.checks == Bisection.checkLimit)
        #expect(bisection.culprits.count >= 5 && concluded == false)
    }

    @Test func `a check that says now this and now that comes to an end`() {
        for seed in 0..<200 {
            var bits = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
            var bisection = Bisection(of: 40, refusedFor: "")
            var step = bisection.begin()
            while step != .end {
                bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                step = bisection.on(bits >> 40 & 1 == 0 ? .passed : .refused(""))
            }
            #expect(Set(bisection.culprits.map(\.candidate)).count == bisection.culprits.count)
            #expect(bisection.checks <= Bisection.checkLimit)
        }
    }
}
