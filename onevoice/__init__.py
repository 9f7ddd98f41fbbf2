"""The application: command line, gate, report, explorer. It has no logic of its own.

`cli.py` finds the command, a module each in `commands/`; `search.py` and the packages `model`,
`proofs` and `traces` do the work and return values; `report/` turns values into text.
"""
