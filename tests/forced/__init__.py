"""Traces of the specification, forced upon the implementation."""
