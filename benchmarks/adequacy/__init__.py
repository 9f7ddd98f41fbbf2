"""Whether the conformance checks would notice: `python -m benchmarks.adequacy`, `make adequacy`.

`impl/core` is changed in one place at a time, as established tools for mutation testing do it, and
what holds the implementation against the specification and the protocol must notice each change.
The tests of the core have no say: they are what another implementation does not have.

`operators` and `mutants` make the changes; `prepared` is what does not depend on them; `fork` runs
each in a process of its own, where `judge` imports the changed implementation and judges it:
`tempest` and `scenes` are worlds to judge besides storms, `told` remembers what happened in them,
`applications` and `sessions` read in that whether promises were kept, and `impossible` gives what
must be refused. `survivors` compares what lives with `survivors.toml`, which says why.
"""
