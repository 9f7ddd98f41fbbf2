"""Messages as packets: everything that is sent arrives, and nonsense does no harm."""
