"""The implementation in lockstep with the specification."""
