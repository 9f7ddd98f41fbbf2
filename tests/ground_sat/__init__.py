"""SAT solvers against explicit search: equal verdicts, and counterexamples of equal length."""
