"""What is looked at in a browser: a report that is one file."""
