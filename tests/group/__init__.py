"""What applications use: groups over a simulated service."""
