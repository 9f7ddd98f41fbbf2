"""The language: what it rejects, how it prints, and that equal text becomes one expression."""
