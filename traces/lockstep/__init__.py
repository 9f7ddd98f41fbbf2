"""The implementation's core driven in lockstep with the specification, over whole state graphs.

`walk` says what is compared; `facts` is the specification's side, `local` the implementation's, and
`environment` what is between them; `pairs` walks plainly, `columns` fast.
"""

from traces.lockstep.pairs import Difference
from traces.lockstep.walk import Lockstep, lockstep

__all__ = ["Difference", "Lockstep", "lockstep"]
