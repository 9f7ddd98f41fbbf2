"""Runs the command line, as the tests of the other commands do."""

from tests.onevoice.conftest import onevoice

__all__ = ["onevoice"]
