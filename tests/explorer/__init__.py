"""The explorer: behaviours chosen step by step, and the server of its page."""
