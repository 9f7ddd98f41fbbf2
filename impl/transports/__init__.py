"""What carries packets and tells of membership: each a `Transport` of `impl.service`.

They do not know each other, and only the simulated one knows what is sent over it.
"""
