"""Corosync as it really is: a cluster on one machine, and what our transport makes of it."""
