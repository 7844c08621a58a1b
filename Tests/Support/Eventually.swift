/// Tries a condition again and again, for ten seconds at most unless said: for what only looking can tell, such as the
/// traffic of a balancer that reloads in its own time.
package func eventually(
    within limit: Duration = .seconds(10),
    _ condition: @Sendable () async -> Bool,
) async -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while clock.now < end, !Task.isCancelled {
        if await condition() { return true }
        // A pause between two looks, not instead of one.
        try? await clock.sleep(for: .milliseconds(10))
    }
    return await condition()
}

/// Looks again and again whether a condition holds for so long; false as soon as it does not. For what must not happen.
package func throughout(_ duration: Duration, _ condition: @Sendable () async -> Bool) async -> Bool {
    await !eventually(within: duration) { await !condition() }
}
