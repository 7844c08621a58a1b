import TemplateEngine

/// How it is told, before any render, whether a template can show what checks printed.
enum CheckOutput {
    /// The instances that `service` and its like give, whose `Checks` have an `Output`. `node` and `nodes` give no checks.
    static let trace = ValueTrace(
        sources: ["service", "safeService", "connect", "preparedQuery"],
        revealing: ["Checks", "Output"],
        harmless: Set(RecordShapes.service.fieldNames).subtracting(["Checks"]),
        keeping: choosing.union([
            "and", "or", "index", "slice", "first", "last", "uniq", "sprig_list", "sprig_append", "sprig_prepend",
            "sprig_concat", "sprig_first", "sprig_last", "sprig_rest", "sprig_initial", "sprig_reverse", "sprig_slice",
            "sprig_chunk", "sprig_default", "sprig_coalesce", "sprig_ternary", "sprig_get", "sprig_values",
        ]),
        choosing: choosing,
        grouping: ["byTag", "byPort", "byMeta", "groupBy"],
        wrapping: ["sprig_dict"],
        opaque: ["len", "not", "sum", "stableId", "sprig_empty", "sprig_keys", "sprig_hasKey"]
    )

    private static let choosing: Set = ["sortBy", "where", "groupBy", "sum"]
}
