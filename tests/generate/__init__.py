"""Traces that are made on purpose."""
