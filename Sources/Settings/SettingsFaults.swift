package import Diagnostics

/// Everything that is wrong with a configuration, found in one run.
package struct SettingsFaults: Error {
    package var diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}
