"""How fast, how large, and whether others find the same: `python -m benchmarks`, `make bench`.

The exported spec is searched by SPIN, Rumur and TLC, a model written by hand by Python checkers,
and the spec itself by our engine, all in one run on one machine. Whoever counts other states or
transitions than ours, or draws another verdict, is printed as a disagreement.

`process` runs a program and measures it; `checkers`, `ours` and `by_python` make contenders of
programs; `bench` runs and compares them; `sections` say what is run; `targets` judges what was
measured against what was aimed at; `tables` lays it out.
"""
