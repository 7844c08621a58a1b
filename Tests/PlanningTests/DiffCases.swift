import Testing

/// Pairs of texts and what `diff -u` of GNU diffutils 3.8 makes of them (its two header lines replaced).
struct DiffCase: Sendable, CustomTestStringConvertible {
    var name: String
    var old: String
    var new: String
    var unified: String

    var testDescription: String { name }

    static let all: [DiffCase] = [
        DiffCase(
            name: "one line in the middle changes",
            old: "a\nb\nc\n",
            new: "a\nB\nc\n",
            unified: "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"
        ),
        DiffCase(
            name: "a line is added at the end",
            old: "a\n",
            new: "a\nb\n",
            unified: "@@ -1 +1,2 @@\n a\n+b\n"
        ),
        DiffCase(
            name: "a line is added at the start",
            old: "b\n",
            new: "a\nb\n",
            unified: "@@ -1 +1,2 @@\n+a\n b\n"
        ),
        DiffCase(
            name: "everything is removed",
            old: "a\nb\n",
            new: "",
            unified: "@@ -1,2 +0,0 @@\n-a\n-b\n"
        ),
        DiffCase(
            name: "everything is new",
            old: "",
            new: "a\nb\n",
            unified: "@@ -0,0 +1,2 @@\n+a\n+b\n"
        ),
        DiffCase(
            name: "context is three lines",
            old: """
                line 0
                line 1
                line 2
                line 3
                line 4
                line 5
                line 6
                line 7
                line 8
                line 9
                line 10
                line 11
                line 12
                line 13
                line 14
                line 15
                line 16
                line 17
                line 18
                line 19

                """,
            new: """
                line 0
                line 1
                line 2
                line 3
                line 4
                line 5
                line 6
                line 7
                line 8
                line 9
                new
                line 10
                line 11
                line 12
                line 13
                line 14
                line 15
                line 16
                line 17
                line 18
                line 19

                """,
            unified: """
                @@ -8,6 +8,7 @@
                 line 7
                 line 8
                 line 9
                +new
                 line 10
                 line 11
                 line 12

                """
        ),
        DiffCase(
            name: "near changes share a hunk",
            old: """
                line 0
                line 1
                line 2
                line 3
                line 4
                line 5
                line 6
                line 7
                line 8
                line 9
                line 10
                line 11
                line 12
                line 13
                line 14
                line 15
                line 16
                line 17
                line 18
                line 19

                """,
            new: """
                line 0
                line 1
                line 2
                line 3
                line 4
                x
                line 6
                line 7
                line 8
                line 9
                line 10
                y
                line 12
                line 13
                line 14
                line 15
                line 16
                line 17
                line 18
                line 19

                """,
            unified: """
                @@ -3,13 +3,13 @@
                 line 2
                 line 3
                 line 4
                -line 5
                +x
                 line 6
                 line 7
                 line 8
                 line 9
                 line 10
                -line 11
                +y
                 line 12
                 line 13
                 line 14

                """
        ),
        DiffCase(
            name: "six lines between changes still share a hunk",
            old: """
                line 0
                line 1
                line 2
                line 3
                line 4
                line 5
                line 6
                line 7
                line 8
                line 9
                line 10
                line 11
                line 12
                line 13
                line 14
                line 15
                line 16
                line 17
                line 18
                line 19

                """,
            new: """
                line 0
                line 1
                line 2
                line 3
                line 4
                x
                line 6
                line 7
                line 8
                line 9
                line 10
                line 11
                y
                line 13
                line 14
                line 15
                line 16
                line 17
                line 18
                line 19

                """,
            unified: """
                @@ -3,14 +3,14 @@
                 line 2
                 line 3
                 line 4
                -line 5
                +x
                 line 6
                 line 7
                 line 8
                 line 9
                 line 10
                 line 11
                -line 12
                +y
                 line 13
                 line 14
                 line 15

                """
        ),
        DiffCase(
            name: "seven lines between changes part two hunks",
            old: """
                line 0
                line 1
                line 2
                line 3
                line 4
                line 5
                line 6
                line 7
                line 8
                line 9
                line 10
                line 11
                line 12
                line 13
                line 14
                line 15
                line 16
                line 17
                line 18
                line 19

                """,
            new: """
                line 0
                line 1
                line 2
                line 3
                line 4
                x
                line 6
                line 7
                line 8
                line 9
                line 10
                line 11
                line 12
                y
                line 14
                line 15
                line 16
                line 17
                line 18
                line 19

                """,
            unified: """
                @@ -3,7 +3,7 @@
                 line 2
                 line 3
                 line 4
                -line 5
                +x
                 line 6
                 line 7
                 line 8
                @@ -11,7 +11,7 @@
                 line 10
                 line 11
                 line 12
                -line 13
                +y
                 line 14
                 line 15
                 line 16

                """
        ),
        DiffCase(
            name: "the old text has no final newline",
            old: "a\nb",
            new: "a\nb\n",
            unified: "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"
        ),
        DiffCase(
            name: "the new text has no final newline",
            old: "a\nb\n",
            new: "a\nb",
            unified: "@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n"
        ),
        DiffCase(
            name: "neither text has a final newline",
            old: "a\nb",
            new: "a\nc",
            unified: """
                @@ -1,2 +1,2 @@
                 a
                -b
                \\ No newline at end of file
                +c
                \\ No newline at end of file

                """
        ),
        DiffCase(
            name: "neither has a final newline and the last line stays",
            old: "a\nb\nc",
            new: "x\nb\nc",
            unified: "@@ -1,3 +1,3 @@\n-a\n+x\n b\n c\n\\ No newline at end of file\n"
        ),
        DiffCase(
            name: "only a final newline is left of nothing",
            old: "",
            new: "\n",
            unified: "@@ -0,0 +1 @@\n+\n"
        ),
        DiffCase(
            name: "one line without newline is new",
            old: "",
            new: "a",
            unified: "@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n"
        ),
        DiffCase(
            name: "a block is repeated",
            old: "begin\n  x\nend\n",
            new: "begin\n  x\nend\nbegin\n  x\nend\n",
            unified: "@@ -1,3 +1,6 @@\n begin\n   x\n end\n+begin\n+  x\n+end\n"
        ),
        DiffCase(
            name: "a block is removed from among its like",
            old: "begin\n  a\nend\n\nbegin\n  b\nend\n\nbegin\n  c\nend\n",
            new: "begin\n  a\nend\n\nbegin\n  c\nend\n",
            unified: "@@ -3,9 +3,5 @@\n end\n \n begin\n-  b\n-end\n-\n-begin\n   c\n end\n"
        ),
        DiffCase(
            name: "a server is added to a backend",
            old: """
                backend web
                  balance leastconn
                  server a 10.0.0.1:80 check
                  server c 10.0.0.3:80 check

                backend api
                  server x 10.0.1.1:80 check

                """,
            new: """
                backend web
                  balance leastconn
                  server a 10.0.0.1:80 check
                  server b 10.0.0.2:80 check
                  server c 10.0.0.3:80 check

                backend api
                  server x 10.0.1.1:80 check

                """,
            unified: """
                @@ -1,6 +1,7 @@
                 backend web
                   balance leastconn
                   server a 10.0.0.1:80 check
                +  server b 10.0.0.2:80 check
                   server c 10.0.0.3:80 check
                 
                 backend api

                """
        ),
        DiffCase(
            name: "blank lines are removed",
            old: "a\n\n\n\nb\n",
            new: "a\n\nb\n",
            unified: "@@ -1,5 +1,3 @@\n a\n \n-\n-\n b\n"
        ),
        DiffCase(
            name: "carriage returns count",
            old: "a\r\nb\r\n",
            new: "a\nb\r\n",
            unified: "@@ -1,2 +1,2 @@\n-a\r\n+a\n b\r\n"
        ),
        DiffCase(
            name: "an insertion among its like comes last",
            old: "\nc\na\n\n",
            new: "c\na\na\n\n",
            unified: "@@ -1,4 +1,4 @@\n-\n c\n a\n+a\n \n"
        ),
    ]
}
