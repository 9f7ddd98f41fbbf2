"""Shrinking: of a trace, a smaller one that shows the same, in fewer steps and with fewer members.

`shrinking` says what is tried in which order and what is minimal, `wanted` what must be left,
`follow` makes behaviours of steps some of which are removed, `views` what becomes of views then,
`steps` and `scopes` say what can be removed.
"""

from traces.shrink.shrinking import Progress, Shrunk, shrink

__all__ = ["Progress", "Shrunk", "shrink"]
