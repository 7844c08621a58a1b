import TestSupport

extension Workspace {
    /// Writes `nginx.conf`, whose NGINX keeps all its files here and includes what is in `conf.d`.
    ///
    /// - Parameters:
    ///   - top: More lines of the main context.
    ///   - servers: Ports, each with the text that it answers.
    func prepareNGINX(top: String = "", servers: [(port: Int, text: String)]) throws {
        try makeDirectory("conf.d")
        try makeDirectory("logs")
        try write(
            "nginx.conf",
            """
            daemon off;
            \(top)
            pid \(file("nginx.pid"));
            error_log \(file("logs/error.log")) notice;
            events { worker_connections 256; }
            http {
                access_log off;
                client_body_temp_path \(file("logs/body"));
                proxy_temp_path \(file("logs/proxy"));
                fastcgi_temp_path \(file("logs/fastcgi"));
                uwsgi_temp_path \(file("logs/uwsgi"));
                scgi_temp_path \(file("logs/scgi"));
            \(servers.map { "    server { listen 127.0.0.1:\($0.port); location / { return 200 \($0.text); } }" }
                .joined(separator: "\n"))
                include \(file("conf.d"))/*.conf;
            }

            """
        )
    }
}
