/// A step of a delivery. Tests that kill, look or interfere are told before each.
package enum DeliveryStep: Hashable, Sendable {
    case removeLeftovers
    case recordTraces
    case stage(String)
    case check
    case keepPrevious(String)
    case recordIntent
    case rename(String)
    case prune(String)
    case synchronize
    case live
    case readBack
    case reload
    case recordInForce
    case recordUndoing
    case putBack(String)
    case recordUndone
    case secondReload
    case recordFailed
    case cleanUp
}

/// Called before each step.
package typealias StepHook = @Sendable (DeliveryStep) -> Void
