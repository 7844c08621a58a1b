import Diagnostics

/// `sockaddr "GetPrivateIP"`: an address of this machine, by the small language of hashicorp/go-sockaddr, which itself
/// is that of templates.
///
/// Here it has the functions that give addresses, `sort`, `include`, `exclude`, `limit`, `offset`, `unique`, `attr` and
/// `join`; `math` and ports it has not.
package func socketAddressFunctions(
    reading interfaces: @Sendable @escaping () throws(FunctionFault) -> HostInterfaces
) -> [TemplateFunction] {
    [
        TemplateFunction("sockaddr", 1...Int.max) { call throws(FunctionFault) in
            var words: [String] = []
            for index in call.arguments.indices {
                let word = try call.text(index)
                guard word.isTrusted else { throw FunctionFault("its argument comes from a registration") }
                words.append(word.string)
            }
            let expression = words.joined(separator: " ")
            return .string(try evaluate(expression, HostExpression(host: try interfaces())))
        }
    ]
}

/// The value of an expression in the language of `sockaddr`.
private func evaluate(_ expression: String, _ host: HostExpression) throws(FunctionFault) -> String {
    let template: Template
    do throws(TemplateFaults) {
        template = try Template(
            TemplateSource(name: "sockaddr", text: "{{ \(expression) }}".utf8),
            functions: host.functions
        )
    } catch {
        let fault = error.diagnostics.first
        throw FunctionFault(fault?.message ?? "cannot be read", hint: fault?.hint)
    }
    var options = RenderOptions()
    options.missingKey = .error
    options.maximumSteps = 100_000
    options.maximumOutput = 1 << 20
    do throws(Diagnostic) {
        return String(decoding: try template.render(host.all, host: nil, options: options).bytes, as: UTF8.self)
    } catch {
        throw FunctionFault(error.message, hint: error.hint)
    }
}

/// The functions inside of `sockaddr`, over the interfaces of one host.
private struct HostExpression: Sendable {
    let host: HostInterfaces

    private static let shape = Shape("sockaddr.IfAddr", ["Name", "Address", "Prefix", "Flags"])

    var all: Value { list(host.interfaces) }

    var functions: [TemplateFunction] {
        [
            source("GetAllInterfaces", host.interfaces),
            source("GetDefaultInterfaces", host.interfaces.filter { $0.name == host.defaultName }),
            source("GetPrivateInterfaces", host.reachable(isPrivate: true)),
            source("GetPublicInterfaces", host.reachable(isPrivate: false)),
            address("GetPrivateIP", host.reachable(isPrivate: true)),
            address("GetPublicIP", host.reachable(isPrivate: false)),
            addresses("GetPrivateIPs", isPrivate: true), addresses("GetPublicIPs", isPrivate: false),
            TemplateFunction("GetInterfaceIP", 1) { call throws(FunctionFault) in
                let named = try self.named(try call.text(0).string).filter(\.address.isForwardable)
                return .string(named.first?.address.text ?? "")
            },
            TemplateFunction("GetInterfaceIPs", 1) { call throws(FunctionFault) in
                .string(try self.named(try call.text(0).string).map(\.address.text).joined(separator: " "))
            },
            TemplateFunction("sort", 2) { call throws(FunctionFault) in
                var orders: [HostInterfaces.Order] = []
                for clause in try call.text(0).string.lowercased().split(separator: ",") {
                    let clause = clause.filter { $0 != " " }
                    guard let order = self.host.order(of: clause) else {
                        throw FunctionFault("cannot sort by \(GoQuoting.quoted(clause))")
                    }
                    orders.append(order)
                }
                return self.list(try self.interfaces(call, 1).sorted(by: orders))
            },
            filter("include", keeps: true), filter("exclude", keeps: false),
            TemplateFunction("limit", 2) { call throws(FunctionFault) in
                self.list(Array(try self.interfaces(call, 1).prefix(max(try call.integer(0), 0))))
            },
            TemplateFunction("offset", 2) { call throws(FunctionFault) in
                let (count, all) = (try call.integer(0), try self.interfaces(call, 1))
                return self.list(Array(all.dropFirst(count < 0 ? max(all.count + count, 0) : count)))
            },
            TemplateFunction("unique", 2) { call throws(FunctionFault) in
                let name = try call.text(0).string
                var seen: Set<String> = []
                var kept: [HostInterfaces.Interface] = []
                for interface in try self.interfaces(call, 1)
                where seen.insert(try self.attribute(name, of: interface)).inserted { kept.append(interface) }
                return self.list(kept)
            },
            TemplateFunction("attr", 2) { call throws(FunctionFault) in
                guard let first = try self.interfaces(call, 1).first else { return .string("") }
                return .string(try self.attribute(try call.text(0).string, of: first))
            },
            TemplateFunction("join", 3) { call throws(FunctionFault) in
                var texts: [String] = []
                for interface in try self.interfaces(call, 2) {
                    texts.append(try self.attribute(try call.text(0).string, of: interface))
                }
                return .string(texts.joined(separator: try call.text(1).string))
            },
        ]
    }

    // MARK: Sources

    private func source(_ name: String, _ interfaces: [HostInterfaces.Interface]) -> TemplateFunction {
        TemplateFunction(name, 0) { _ throws(FunctionFault) in list(interfaces) }
    }

    private func address(_ name: String, _ interfaces: [HostInterfaces.Interface]) -> TemplateFunction {
        TemplateFunction(name, 0) { _ throws(FunctionFault) in .string(interfaces.first?.address.text ?? "") }
    }

    /// Addresses of interfaces that are down count too, as in go-sockaddr.
    private func addresses(_ name: String, isPrivate: Bool) -> TemplateFunction {
        let interfaces = host.interfaces
            .filter { ($0.address.isOf(rfc: 6890) ?? false) == isPrivate && $0.address.isForwardable }
            .sorted(by: [host.order(of: "type"), host.order(of: "size")].compactMap(\.self))
        return TemplateFunction(name, 0) { _ throws(FunctionFault) in
            .string(interfaces.map(\.address.text).joined(separator: " "))
        }
    }

    /// The interfaces whose names match, by type and size.
    private func named(_ pattern: String) throws(FunctionFault) -> [HostInterfaces.Interface] {
        let expression = try compiled(pattern)
        return host.interfaces.filter { expression.matches($0.name) }
            .sorted(by: [host.order(of: "type"), host.order(of: "size")].compactMap(\.self))
    }

    // MARK: Choosing

    private func filter(_ name: String, keeps: Bool) -> TemplateFunction {
        TemplateFunction(name, 3) { call throws(FunctionFault) in
            let matches = try test(try call.text(0).string.lowercased(), try call.text(1).string)
            return list(try interfaces(call, 2).filter { matches($0) == keeps })
        }
    }

    private func test(
        _ selector: String,
        _ argument: String,
    ) throws(FunctionFault) -> (HostInterfaces.Interface) -> Bool {
        let words = argument.lowercased().split(separator: "|").map { String($0) }
        switch selector {
        case "address":
            let expression = try compiled(argument)
            return { expression.matches($0.address.text) }
        case "name":
            let expression = try compiled(argument)
            return { expression.matches($0.name) }
        case "flag", "flags":
            for word in words where !Self.flags.contains(word) {
                throw FunctionFault("there is no flag \(GoQuoting.quoted(word))")
            }
            return { interface in
                words.allSatisfy { word in
                    switch word {
                    case "forwardable": interface.address.isForwardable
                    case "down": !interface.flags.contains("up")
                    default: interface.flags.contains(word)
                    }
                }
            }
        case "network":
            guard let network = NetworkAddress(argument) else {
                throw FunctionFault("\(GoQuoting.quoted(argument)) is not a network", hint: "10.0.0.0/8 is one")
            }
            return { network.contains($0.address) }
        case "rfc", "rfcs":
            let numbers = words.compactMap { Int($0) }
            for (word, number) in zip(words, words.map { Int($0) })
            where number.map({ !NetworkAddress.knownRFCs.contains($0) }) ?? true {
                throw FunctionFault(
                    "RFC \(word) is not known here",
                    hint: "known are \(NetworkAddress.knownRFCs.map { String($0) }.joined(separator: ", "))"
                )
            }
            return { interface in numbers.contains { interface.address.isOf(rfc: $0) ?? false } }
        case "size":
            let digits = argument.hasPrefix("/") ? String(argument.dropFirst()) : argument
            guard let size = Int(digits) else { throw FunctionFault("\(GoQuoting.quoted(argument)) is not a size") }
            return { $0.address.prefixLength == size }
        case "type":
            for word in words where !["ip", "ipv4", "ipv6"].contains(word) {
                throw FunctionFault("there is no type \(GoQuoting.quoted(word))")
            }
            return { interface in
                words.contains { $0 == "ip" || ($0 == "ipv4") == interface.address.isVersion4 }
            }
        default:
            throw FunctionFault(
                "cannot choose by \(GoQuoting.quoted(selector))",
                hint: "address, flag, name, network, rfc, size and type can be"
            )
        }
    }

    private static let flags: Set<String> = [
        "up", "down", "broadcast", "loopback", "point-to-point", "multicast", "forwardable",
    ]

    private func attribute(_ name: String, of interface: HostInterfaces.Interface) throws(FunctionFault) -> String {
        switch name.lowercased() {
        case "address": interface.address.text
        case "name": interface.name
        case "size", "mask_bits": String(interface.address.prefixLength)
        case "type": interface.address.isVersion4 ? "IPv4" : "IPv6"
        case "flags": interface.flags.sorted().joined(separator: "|")
        case "string": "\(interface.address.text)/\(interface.address.prefixLength)"
        default:
            throw FunctionFault(
                "there is no attribute \(GoQuoting.quoted(name))",
                hint: "address, name, size, type, flags and string are"
            )
        }
    }

    // MARK: Values

    private func list(_ interfaces: [HostInterfaces.Interface]) -> Value {
        let records = interfaces.map { interface in
            Value.record(
                Record(
                    Self.shape,
                    [
                        .string(interface.name), .string(interface.address.text), .int(interface.address.prefixLength),
                        .list(List(interface.flags.sorted().map { .string($0) }, kind: .string)),
                    ]
                )
            )
        }
        return .list(List(records, kind: .record))
    }

    /// The interfaces that `list` made a value of.
    private func interfaces(_ call: FunctionCall, _ index: Int) throws(FunctionFault) -> [HostInterfaces.Interface] {
        var interfaces: [HostInterfaces.Interface] = []
        for element in try call.list(index, of: "interfaces").elements {
            guard case .text(let name)? = element.field("Name"), case .text(let text)? = element.field("Address"),
                case .int(let prefix)? = element.field("Prefix"), case .list(let flags)? = element.field("Flags"),
                let address = NetworkAddress("\(text.string)/\(prefix)")
            else { throw try call.mismatch(index, "a list of interfaces") }
            interfaces.append(
                HostInterfaces.Interface(
                    name: name.string,
                    address: address,
                    flags: Set((flags.texts ?? []).map(\.string))
                )
            )
        }
        return interfaces
    }
}
