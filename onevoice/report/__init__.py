"""What the user sees. Values in, text out: nothing here decides anything.

`terminal` is the way out for every line, table and progress; `words` says what values mean;
`searched`, `simulated`, `behaviour`, `matrix` and `gate` lay out a search, a simulation, a trace,
the table of variants and the gate; `data` gives the same as JSON. `exported` says what to do with
another checker's text; `graph` and `dot` write a state graph.
"""
