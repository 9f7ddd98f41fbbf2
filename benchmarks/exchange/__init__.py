"""What an exchange costs beside the bare multicast of the same bytes, over the same transport.

`contender` is a member as a process; `arenas` start members on this machine or on a cluster of
namespaces, and separate and join them; `measure` lets both ways of bringing data together run in
turn.
"""
