"""Traces as files, and what is done with them: written, read, replayed.

`itf` is the format, `states` how the states of a spec stand in it, `counterexample` the files that
`onevoice check` writes, `replay` their judge, and `run` what they are traces of.
"""

from traces.counterexample import Counterexample
from traces.errors import TraceError
from traces.replay import Replay, Violation, replay
from traces.run import Run

__all__ = ["Counterexample", "Replay", "Run", "TraceError", "Violation", "replay"]
