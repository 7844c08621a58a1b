extension RegularExpression {
    /// Threads that wait to consume a character, the preferred one first.
    ///
    /// Storage that was used is kept: lists are emptied at every character.
    struct ThreadList: Sendable {
        private(set) var count = 0
        private var instructions: [Int32] = []
        /// The slots of all threads, one thread's after the other's.
        private var slots: [Int] = []
        private var slotCount = 0

        /// Makes it empty, for threads with so many slots.
        mutating func removeAll(slotCount: Int) {
            count = 0
            guard slotCount != self.slotCount else { return }
            self.slotCount = slotCount
            instructions.removeAll()
            slots.removeAll()
        }

        @inline(__always)
        mutating func append(_ instruction: Int32, slots newSlots: [Int]) {
            if count == instructions.count {
                instructions.append(instruction)
                slots.append(contentsOf: newSlots)
            } else {
                instructions[count] = instruction
                let first = count * slotCount
                for slot in 0..<slotCount { slots[first + slot] = newSlots[slot] }
            }
            count += 1
        }

        /// The instruction at which a thread waits.
        @inline(__always)
        func instruction(of thread: Int) -> Int { Int(instructions[thread]) }

        /// The slots of a thread.
        func slots(of thread: Int) -> [Int] { Array(slots[thread * slotCount..<(thread + 1) * slotCount]) }

        /// Copies the slots of a thread to `target`, which has room for them.
        @inline(__always)
        func copySlots(of thread: Int, to target: inout [Int]) {
            let first = thread * slotCount
            for slot in 0..<slotCount { target[slot] = slots[first + slot] }
        }
    }
}
