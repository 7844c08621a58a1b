import Testing

extension Tag {
    /// Tests that run a real HAProxy.
    @Tag static var haproxy: Self
}
