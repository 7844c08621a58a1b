import ArgumentParser

/// What headgate's exit status tells, in `sysexits.h`'s numbers where there is one.
enum ExitStatus: Int32, Error {
    case failed = 1
    /// `plan`: something would change.
    case changed = 2
    /// EX_USAGE: the command line asks for what cannot be.
    case badUsage = 64
    /// EX_DATAERR: the configuration or a template is faulty.
    case badConfiguration = 65
    /// EX_UNAVAILABLE: the registry could not be read.
    case registryUnavailable = 69
    /// EX_TEMPFAIL: data is still missing, or a guard holds something.
    case dataMissing = 75
    /// As shells have it: the balancer that headgate is to run does not exist.
    case noProgram = 127

    /// For `throw`: ends the command with this status and prints nothing more.
    var code: ExitCode { ExitCode(rawValue) }
}
