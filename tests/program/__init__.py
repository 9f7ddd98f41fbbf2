"""Programs in another language, held against the specification: a right one, and broken copies."""
