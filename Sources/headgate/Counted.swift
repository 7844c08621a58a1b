/// So many of what `noun` names: `1 reload`, `2 reloads`.
func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
