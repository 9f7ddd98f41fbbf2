"""The embedded default transport, over real sockets and with real processes."""
