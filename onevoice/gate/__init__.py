"""The gate: what must hold before a change is accepted, as a file; what came of it, as values.

`plan` reads the file, `checks/` has a module for each kind of check, `records` is what checks
find. `inputs` says what a check depends on, so that `kept` knows one again that was passed with all
of it unchanged, and `since` which ones a change concerns. `gate` puts these together.
"""
