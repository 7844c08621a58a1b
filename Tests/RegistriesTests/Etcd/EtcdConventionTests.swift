import Catalog
import Registries
import Settings
import Testing

/// What the values of registrations come to, by the conventions that people register with.
@Suite("Registrations in etcd") struct EtcdConventionTests {
    private let web = CatalogQuery.service(name: "web")
    private let start = ContinuousClock.now

    @Test(
        "Values of all conventions are recognised",
        arguments: [
            (#"{"address":"10.0.0.1","port":80}"#, "a 10.0.0.1:80"),
            (
                #" {"address":"10.0.0.1","port":"80","weight":5,"tags":["y","x"],"meta":{"n":1,"b":true,"s":"t","o":{}}}"#,
                "a 10.0.0.1:80 w5 x y b=true n=1 s=t"
            ),
            (
                #"{"address":"fd00::1","health":"draining","zone":"east","node":"n1","tags":null}"#,
                "a fd00::1:0 draining in east on n1"
            ),
            (
                #"{"Op":0,"Addr":"10.0.0.1:8080","Metadata":{"weight":7,"version":"1"}}"#,
                "a 10.0.0.1:8080 w7 version=1 weight=7"
            ),
            (#"{"Op":0,"Addr":"[fd00::1]:8080","Metadata":null}"#, "a fd00::1:8080"),
            (#"{"Addr":"10.0.0.1:8080","Metadata":"text"}"#, "a 10.0.0.1:8080"),
            (
                #"{"host":"10.0.0.1","port":53,"priority":10,"weight":0,"text":"","group":"g","ttl":60}"#,
                "a 10.0.0.1:53 group=g priority=10"
            ),
            ("10.0.0.1:8080", "a 10.0.0.1:8080"), (" [fd00::1]:80\n", "a fd00::1:80"),
        ]
    )
    func conventions(value: String, instance: String) {
        let state = EtcdStateProbe()
        _ = state.want([web])
        #expect(state.listed(.prefix("/services/web/"), etcdListing([("/services/web/a", value)]), after: nil))
        #expect(instanceText(state.answers(at: start).first?.result) == instance)
    }

    @Test(
        "What cannot be read is set aside with its reason, and the others stay",
        arguments: [
            ("", "the value is ``, not HOST:PORT"), ("x", "not HOST:PORT"), ("10.0.0.1:99999", "the port is 99999"),
            ("example.com:80", "not an IP address; register one, or let names through: `hostnames: true`"),
            ("{", "the value is not JSON"), (#"{"port":80}"#, "the value has no `address`"),
            (#"{"address":"10.0.0.1","port":"http"}"#, "`port` is no whole number"),
            (#"{"address":"10.0.0.1","port":-1}"#, "the port is -1"),
            (#"{"address":"10.0.0.1","weight":70000}"#, "the weight is 70000"),
            (#"{"address":"10.0.0.1","tags":"x"}"#, "`tags` is no list of texts"),
            (#"{"address":"10.0.0.1","health":"ill"}"#, "there is no health `ill`"),
            (#"{"Op":1,"Addr":"10.0.0.1:80"}"#, "the word of a removal"),
            (#"{"address":"10.0.0.1\nserver evil"}"#, #"the address is `10.0.0.1\nserver evil`"#),
        ]
    )
    func setAside(value: String, reason: String) throws {
        let state = EtcdStateProbe()
        _ = state.want([web])
        let entries = [
            ("/services/web/a", value), ("/services/web/b", "10.0.0.2:80"), ("/services/web", "10.0.0.3:80"),
        ]
        #expect(state.listed(.prefix("/services/web/"), etcdListing(entries), after: nil))
        let (reports, rejected) = state.takeReports(at: start)
        guard case .answers(let answers, _)? = reports.first else {
            Issue.record("no answer")
            return
        }
        #expect(instanceText(answers[web]) == "b 10.0.0.2:80")
        let one = try #require(rejected.first)
        #expect(rejected.count == 1 && one.instance.id == "a" && one.reason.contains(reason), "\(one.reason)")
    }

    @Test(
        "A format that is said is no longer guessed",
        arguments: [
            (EtcdServiceFormat.hostport, #"{"address":"10.0.0.1"}"#), (.json, "10.0.0.1:80"), (.grpc, "10.0.0.1:80"),
            (.grpc, #"{"address":"10.0.0.1"}"#), (.skydns, #"{"address":"10.0.0.1"}"#),
            (.json, #"{"host":"10.0.0.1"}"#),
        ]
    )
    func formats(format: EtcdServiceFormat, value: String) {
        let state = EtcdStateProbe(format)
        _ = state.want([web])
        _ = state.listed(.prefix("/services/web/"), etcdListing([("/services/web/a", value)]), after: nil)
        #expect(state.takeReports(at: start).rejected.count == 1)
    }

    @Test func `host names come through where they are allowed, and hostile names of services do not`() {
        let state = EtcdStateProbe(hostnames: true)
        _ = state.want([.services()])
        let entries = [
            ("/services/web/a", "db.example:80"), ("/services/we|b/a", "10.0.0.1:80"), ("/services//x", "10.0.0.1:80"),
        ]
        _ = state.listed(.prefix("/services/"), etcdListing(entries), after: nil)
        let answer = state.answers(at: start).first?.result
        #expect(answer == .services([ServiceSummary(name: "web", tags: [])]))
    }
}
