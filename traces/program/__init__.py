"""Other people's implementations, in any language, held against the specification.

`paths` covers the state graph of a member with traces, `lines` writes them as JSON Lines, `drive`
gives them to a program and compares what it answers. docs/programs.md has the protocol.
"""

from traces.program.drive import Driven, Failure, conform

__all__ = ["Driven", "Failure", "conform"]
