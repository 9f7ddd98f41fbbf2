"""What is run, a module a question. Each has `run(bench)`, which adds rows, and a title."""
