"""The exchange and the session as state machines: every rule, and what no right service gives."""
