"""The search: limits, verdicts, replayed counterexamples, and counts known in closed form."""
