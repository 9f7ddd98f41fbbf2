"""Specs as SMT-LIB text, and solvers that read it."""
