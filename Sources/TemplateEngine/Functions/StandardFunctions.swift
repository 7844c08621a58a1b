/// The functions of templates that need nothing but their arguments.
package enum StandardFunctions {
    /// All pure functions: consul-template's, Sprig's and those for balancers.
    package static let pure: [TemplateFunction] = [
        textFunctions, caseFunctions, containmentFunctions, parsingFunctions, arithmeticFunctions, loopFunctions,
        base64Functions, mapFunctions, groupingFunctions, regularExpressionFunctions, selectionFunctions,
        balancerFunctions, debugFunctions, sprigFunctions,
    ].flatMap(\.self)
}
