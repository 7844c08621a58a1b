/// Says when files may have changed: inotify in earnest, by hand in tests.
package protocol ChangeTrigger: Sendable {
    /// Calls `changed` whenever something may have changed in an observed directory, until the task is cancelled. Returns
    /// earlier only if it cannot work; polling remains then.
    func run(changed: @escaping @Sendable () -> Void) async

    /// Observes exactly these directories from now on. What is no directory at present is left out; calling it again
    /// looks again.
    func observe(_ directories: Set<String>)
}
