"""What came of the gate, as texts that other programs read: JSON, JUnit XML, SARIF, and GitHub's.

Each module is a format. They only write: the same `Gated` gives the same text, whenever and
wherever that is, so none of them looks at a clock, or at where the packages are.
"""
