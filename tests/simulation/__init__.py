"""Random walks: what they report is walked again by the interpreter."""
