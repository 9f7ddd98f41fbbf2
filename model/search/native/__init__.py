"""The native engine: the ground circuit, evaluated for 512 states at a time by fixed kernels.

`program.py` turns a ground circuit into arrays, `engine.py` runs the kernels over them. Machine
code is in `machine.py` (bit counts, atomics), `blocks.py` (states by the block), `table.py` (the
seen set) and `kernels.py` (the search); it is compiled once and cached, whatever the spec.
"""
