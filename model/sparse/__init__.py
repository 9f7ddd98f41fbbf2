"""States of any size, as facts: what an action means where only a few things are true of many.

The interpreter keeps a value for each point of each symbol and tries every element of a sort; here
a relation is the set of the tuples that are in it, and a formula is answered from indexes over
those sets, as in Datalog. So a step costs what it touches, whatever the sizes of the sorts, and a
behaviour of hundreds of views can be followed. One state at a time is held, and changed in place.

`store` holds a state, `source` turns formulas into Python functions over it, and `machine` the
actions of a spec into steps.
"""

from model.sparse.machine import Machine, SparseAction
from model.sparse.store import Store

__all__ = ["Machine", "SparseAction", "Store"]
