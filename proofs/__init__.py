"""Proofs of what the specification says: with solvers, beyond what can be searched state by state.

`ground` proves at finite scopes, on the circuit that `model.ground` makes, with SAT solvers; the
packages beside it are about scopes of any size, with SMT solvers. No solver is believed: what it
says is false is replayed by the interpreter, and what it says is proved is checked again by
another.
"""
