"""What the user sees. Values in, text out: nothing here decides anything.

`terminal` is the way out for every line, table and progress; `words` says what values mean;
`searched`, `behaviour`, `matrix` and `gate` lay out a search, a trace, the table of variants and
the gate; `data` gives the same as JSON.
"""
