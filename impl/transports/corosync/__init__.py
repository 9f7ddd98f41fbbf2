"""A group over a cluster, by Corosync's closed process groups (CPG)."""

from impl.transports.corosync.transport import CorosyncTransport

__all__ = ["CorosyncTransport"]
