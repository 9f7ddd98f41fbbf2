"""Rounds of faults with real processes: what is killed and parted, and what is left in the end."""
