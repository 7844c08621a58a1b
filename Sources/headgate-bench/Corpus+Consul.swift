extension Corpus {
    /// An answer of a Consul to `/v1/health/service/web`, with so many instances on so many nodes, compact as an agent that
    /// is not in development mode sends it.
    static func consulAnswer(instances: Int, nodes: Int) -> [UInt8] {
        var text = "["
        for instance in 0..<instances {
            if instance > 0 { text += "," }
            let node = instance * nodes / instances
            let own = "10.9.\(instance / 250).\(instance % 250 + 1)"
            let name = "node-\(1_000 + node)"
            text += "{\(self.node(node, name)),\(service(instance, own)),\(checks(instance, own, name))}"
        }
        return Array((text + "]").utf8)
    }

    private static func node(_ number: Int, _ name: String) -> String {
        let address = "10.0.\(number / 250).\(number % 250 + 1)"
        return """
            "Node":{"ID":"5e2a4f31-90cd-4b7e-8a16-0f2b7c\(100_000 + number)","Node":"\(name)","Address":"\(address)",\
            "Datacenter":"dc1","TaggedAddresses":{"lan":"\(address)","lan_ipv4":"\(address)","wan":"\(address)",\
            "wan_ipv4":"\(address)"},"Meta":{"consul-network-segment":""},"CreateIndex":10,"ModifyIndex":12}
            """
    }

    private static func service(_ number: Int, _ address: String) -> String {
        """
        "Service":{"ID":"web-\(number)","Service":"web","Tags":["http","v1"],"Address":"\(address)",\
        "TaggedAddresses":{"lan_ipv4":{"Address":"\(address)","Port":8080},"wan_ipv4":{"Address":"\(address)",\
        "Port":8080}},"Meta":{"version":"1.\(number % 3)","weight":"10","zone":"z\(number % 3)"},"Port":8080,\
        "Weights":{"Passing":10,"Warning":1},"EnableTagOverride":false,"Proxy":{"MeshGateway":{},"Expose":{}},\
        "Connect":{},"CreateIndex":\(1_000 + number),"ModifyIndex":\(1_000 + number)}
        """
    }

    private static func checks(_ number: Int, _ address: String, _ node: String) -> String {
        """
        "Checks":[{"Node":"\(node)","CheckID":"serfHealth","Name":"Serf Health Status","Status":"passing","Notes":"",\
        "Output":"Agent alive and reachable","ServiceID":"","ServiceName":"","ServiceTags":[],"Type":"","Definition":{},\
        "CreateIndex":10,"ModifyIndex":10},{"Node":"\(node)","CheckID":"service:web-\(number)",\
        "Name":"Service 'web' check","Status":"passing","Notes":"",\
        "Output":"HTTP GET http://\(address):8080/health: 200 OK Output: ok","ServiceID":"web-\(number)",\
        "ServiceName":"web","ServiceTags":["http","v1"],"Type":"http","Definition":{},"CreateIndex":\(1_000 + number),\
        "ModifyIndex":\(1_000 + number)}]
        """
    }
}
