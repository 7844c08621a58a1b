import Testing

extension Tag {
    /// Talks to a real HAProxy.
    @Tag static var haproxy: Tag
    /// Talks to a real NGINX.
    @Tag static var nginx: Tag
    /// Talks to a real Consul.
    @Tag static var consul: Tag
    /// Talks to a real etcd.
    @Tag static var etcd: Tag
}
