"""The evaluator over facts means what the interpreter means."""
