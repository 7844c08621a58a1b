// Performs one delivery under a directory and kills itself with SIGKILL before the given step; for DeliveryTests.
//
//     delivery-kill-harness ROOT CONTENTS KILL-AT [live]
//
// KILL-AT counts the delivery's steps, its file operations and its lines to sockets; 0 never kills. Prints the outcome;
// exit status 0 says that the target is in force, 1 that it is not.

import Delivery
import Planning
import Settings
import State

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

let arguments = CommandLine.arguments
guard arguments.count >= 4, let killAt = Int(arguments[3]) else { exit(64) }
let (root, contents) = (arguments[1], arguments[2])
let scene = try arguments.count == 5 ? Scene.haproxy(root, contents) : .shell(root, contents)
let target = scene.target
guard let reload = target.reload else { exit(64) }
let countdown = Countdown(killAt)

let state = try StateDirectory.open(
    path: "\(root)/state",
    configuration: "test",
    fileSystem: DeadlyFileSystem(countdown: countdown)
)
let deliverer = Deliverer(
    ledger: Ledger(state) { print("\($0)") },
    workDirectory: state.workPath,
    fileSystem: DeadlyFileSystem(countdown: countdown),
    socket: { DeadlySocket($0, countdown: countdown) },
    hook: { _ in countdown.step() }
)
print(deliverer.recover(target: target.name))

var isInForce = true
if let desired = scene.desired {
    let record = deliverer.ledger.record(of: target.name)
    let plan = Planner(target: target.name, reloads: true).plan(
        try observe(desired),
        obsolete: observeObsolete(record.manifest, besides: desired),
        record: record
    )
    let considered = await deliverer.considered(plan, live: target.live, reload: reload)
    print(considered)
    let outcome = await deliverer.deliver(considered, check: target.check, reload: reload)
    print(outcome)
    isInForce = outcome.isInForce
} else if let outcome = await deliverer.settle(target: target.name, sensitive: false, reload: reload) {
    print(outcome)
}
if let live = target.live {
    // As a headgate that goes on: what left is deleted, also what left before this run.
    if let look = await deliverer.compareRunning(target, repairs: false) { print(look) }
    while !deliverer.leaving(live).isEmpty { print(await deliverer.deleteLeaving(live)) }
}
exit(isInForce ? 0 : 1)
