"""What Python and notebooks call."""
