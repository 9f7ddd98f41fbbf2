"""Tests that run a program which may be missing are skipped where it is; in CI they fail instead.

CI sets CI=true. The markers are registered in pyproject.toml. `--update-golden` rewrites the texts
that tests compare with; a person reviews the diff.
"""

import os
import shutil

import pytest

pytest_plugins = ["pytester"]  # it runs pytest in a test; only here it may be named

PROGRAMS = {
    "needs_spin": ("spin", "cc"),
    "needs_rumur": ("rumur", "cc"),
    "needs_corosync": ("corosync",),
    "needs_node": ("node",),
    "needs_chromium": ("chromium",),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, programs in PROGRAMS.items():
        if item.get_closest_marker(marker) is None:
            continue
        missing = [program for program in programs if shutil.which(program) is None]
        if missing and os.environ.get("CI") == "true":
            pytest.fail(f"CI must not skip this test: install {', '.join(missing)}", pytrace=False)
        if missing:
            pytest.skip(f"not installed: {', '.join(missing)}")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden texts")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether to rewrite golden texts instead of comparing with them."""
    return bool(request.config.getoption("--update-golden"))
