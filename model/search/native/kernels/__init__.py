"""Machine code: what a search does to every state, compiled once and cached, whatever the spec.

`machine.py` has what Python cannot say; `blocks.py` states by the block; `table.py`, `keys.py` and
`log.py` what is remembered of them; `normal.py` the reductions; `expand.py` the search itself,
over the bundles of arrays of `arrays.py`; `walks.py` random walks; `edges.py` and `observing.py`
look at a graph that was searched.
"""
