// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "headgate",
    products: [
        .executable(name: "headgate", targets: ["headgate"]),
        .executable(name: "headgate-bench", targets: ["headgate-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // The flow: Registry → Catalog → Rendering → Planning → Delivery → Journal.
        // A target imports only targets listed before it.
        .target(name: "Diagnostics"),
        .target(name: "Catalog"),
        .target(name: "Wire"),
        // The only reader of YAML. It speaks to CYaml, which comes with Yams.
        .target(name: "Documents", dependencies: ["Diagnostics", "Wire", .product(name: "Yams", package: "Yams")]),
        .target(name: "TemplateEngine", dependencies: ["Diagnostics"], exclude: ["Reference.md"]),
        .target(
            name: "Settings",
            dependencies: [
                "Diagnostics", "Documents",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            plugins: ["EmbedProfiles"],
        ),
        // The profiles of templates/ as Swift source, so that the binary needs no installed files.
        .plugin(
            name: "EmbedProfiles",
            capability: .buildTool(),
            dependencies: ["profile-embedder"],
            path: "Sources/Plugins/EmbedProfiles",
        ),
        .executableTarget(name: "profile-embedder"),
        .target(
            name: "State",
            dependencies: [
                "Catalog", "Wire",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
        ),
        .target(
            name: "Registries",
            dependencies: [
                "Catalog", "Diagnostics", "Documents", "Settings", "Wire",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
        ),
        .target(
            name: "Rendering",
            dependencies: [
                "Catalog", "Diagnostics", "TemplateEngine", "Wire",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
        ),
        // What is known of particular balancers; everything else is balancer-agnostic.
        .target(
            name: "Balancers",
            dependencies: [
                "Diagnostics",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
        ),
        .target(
            name: "Planning",
            dependencies: [
                "Balancers", "Diagnostics", "State", .product(name: "SystemPackage", package: "swift-system"),
            ],
        ),
        .target(
            name: "Delivery",
            dependencies: [
                "Balancers", "Diagnostics", "Planning", "Settings", "State",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
        ),
        .target(
            name: "Controller",
            dependencies: [
                "Catalog", "Delivery", "Diagnostics", "Planning", "Registries", "Rendering", "Settings", "State",
                "TemplateEngine",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
        ),
        .target(
            name: "Status",
            dependencies: [
                "Controller", "Diagnostics",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
        ),
        // What of the C library only C can call.
        .target(name: "ProcessControl"),
        .executableTarget(
            name: "headgate",
            dependencies: [
                "Catalog", "Controller", "Delivery", "Diagnostics", "Planning", "ProcessControl", "Registries",
                "Rendering",
                "Settings", "State", "Status", "TemplateEngine",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
        ),
        .executableTarget(
            name: "headgate-bench",
            dependencies: [
                "Balancers", "Catalog", "Controller", "Delivery", "Diagnostics", "Registries", "Rendering", "Settings",
                "State", "TemplateEngine", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
        ),

        .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"]),
        .testTarget(name: "CatalogTests", dependencies: ["Catalog"]),
        .testTarget(name: "WireTests", dependencies: ["Wire"]),
        .testTarget(name: "DocumentsTests", dependencies: ["Diagnostics", "Documents"]),
        .testTarget(name: "TemplateEngineTests", dependencies: ["Diagnostics", "TemplateEngine"]),
        .testTarget(
            name: "SettingsTests",
            dependencies: ["Diagnostics", "Settings", .product(name: "SystemPackage", package: "swift-system")],
        ),
        .testTarget(
            name: "StateTests",
            dependencies: ["Catalog", "State", .product(name: "SystemPackage", package: "swift-system")],
        ),
        .testTarget(
            name: "RegistriesTests",
            dependencies: [
                "Catalog", "Diagnostics", "Registries", "Settings", "TestSupport", "Wire",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Fixtures"],
        ),
        .testTarget(name: "RenderingTests", dependencies: ["Catalog", "Diagnostics", "Rendering", "TemplateEngine"]),
        // The bundled templates, rendered and shown to real balancers.
        .testTarget(
            name: "TemplatesTests",
            dependencies: [
                "Catalog", "Rendering", "Settings", "TemplateEngine",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
        ),
        // What tests run beside headgate: processes, a real Consul, and a proxy that lies.
        .target(
            name: "TestSupport",
            dependencies: [
                "State",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/Support",
        ),
        .testTarget(
            name: "BalancersTests",
            dependencies: [
                "Balancers", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
        ),
        .testTarget(name: "PlanningTests", dependencies: ["Planning", "State"]),
        // One delivery that kills itself at a step, for the tests of Delivery.
        .executableTarget(
            name: "delivery-kill-harness",
            dependencies: ["Balancers", "Delivery", "Planning", "Settings", "State"],
            path: "Tests/DeliveryKillHarness",
        ),
        .testTarget(
            name: "DeliveryTests",
            dependencies: [
                "Balancers", "Delivery", "Diagnostics", "Planning", "Settings", "State", "TestSupport",
                "delivery-kill-harness",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
        ),
        .testTarget(
            name: "ControllerTests",
            dependencies: [
                "Catalog", "Controller", "Delivery", "Diagnostics", "Planning", "Registries", "Rendering", "Settings",
                "State", "TemplateEngine", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
        ),
        // From a registry to traffic: the built headgate beside real balancers and a real Consul.
        .testTarget(
            name: "HeadgateTests",
            dependencies: [
                "Balancers", "headgate", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Fixtures"],
        ),
    ],
)

/// One set of settings for every target. CI sets HEADGATE_STRICT, so that no warning lands and no newer compiler's warning
/// stops a user's build.
let swiftSettings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .strictMemorySafety(),
    ] + (Context.environment["HEADGATE_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)])

for target in package.targets where target.type != .plugin {
    target.swiftSettings = (target.swiftSettings ?? []) + swiftSettings
}
