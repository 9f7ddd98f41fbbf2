"""Invariant inference: right specs get an invariant, wrong ones never do."""
