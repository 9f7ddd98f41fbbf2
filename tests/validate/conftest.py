"""`--update-golden` rewrites the texts that these tests compare with; a person reviews the diff."""

from __future__ import annotations

import contextlib

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    with contextlib.suppress(ValueError):  # another folder's tests have it too
        parser.addoption(
            "--update-golden", action="store_true", help="rewrite the golden texts of these tests"
        )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether to rewrite golden texts instead of comparing with them."""
    return bool(request.config.getoption("--update-golden", default=False))
