/// Tries a condition again and again, for ten seconds at most: for what only looking can tell, such as the traffic of a
/// balancer that reloads in its own time.
func eventually(_ condition: @Sendable () -> Bool) async -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(10)
    while clock.now < end {
        if condition() { return true }
        // A pause between two looks, not instead of one.
        try? await clock.sleep(for: .milliseconds(10))
    }
    return condition()
}
