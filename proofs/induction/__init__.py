"""Inductive proofs: what has to be shown, how it is attempted, and what is kept of it."""
