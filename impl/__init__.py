"""The protocol as a library: a group of processes whose data is merged after joins and failures.

`core` decides, without input or output; `transports` carry messages and tell of membership; `group`
is what an application uses. Nothing here imports the specification: `traces` holds one against the
other.
"""
