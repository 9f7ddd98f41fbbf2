"""Grounding: the circuit, its numbers, the layout of states, and the constants found."""
