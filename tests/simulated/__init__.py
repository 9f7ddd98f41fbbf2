"""The simulated network keeps its promises, and members on it keep theirs, whatever happens."""
