"""The command line, as for the tests of the application."""

from tests.onevoice.conftest import onevoice

__all__ = ["onevoice"]
