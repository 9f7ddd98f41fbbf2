"""Exported texts, run by other people's checkers, must find what our engines find."""
