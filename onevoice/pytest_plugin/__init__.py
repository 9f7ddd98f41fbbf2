"""A plugin of pytest: the checks of the gate, and trace files, as tests.

    pytest --onevoice                     the gate that comes with the program, and trace files
    pytest --onevoice=gate.toml           another one
    pytest gate.toml::lockstep            what a file is given for needs no option
    pytest --onevoice --onevoice-tier full -m onevoice -k lockstep

With the setting `onevoice_collect = true` the files `gate.toml` and `*.itf.json` that lie in the
folders of the tests are collected like modules of tests.

pytest loads this at each of its starts, also for whoever does not ask for it. So this module
imports pytest and nothing of ours; `asked` reads the options, `gate_file` and `trace_file` are the
tests, and `told` is what they say if they fail. Nothing else of the project imports this package.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from onevoice.pytest_plugin.gate_file import GateFile
    from onevoice.pytest_plugin.trace_file import TraceFile

TIERS = ("quick", "full", "deep")
GATE_NAME = "gate.toml"
TRACE_SUFFIX = ".itf.json"
SETTING = "onevoice_collect"
_MARKERS = (
    "onevoice: a check of the gate, or a trace that is replayed",
    *(f"onevoice_{tier}: a check that belongs to the tier {tier} of the gate" for tier in TIERS),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options, and the setting."""
    group = parser.getgroup("onevoice", "checks of a protocol (onevoice)")
    group.addoption(
        "--onevoice", nargs="?", const="", default=None, metavar="FILE",
        help="Collect the checks of a gate, and trace files. Without a file: the gate that comes "
        "with the program.",
    )  # fmt: skip
    group.addoption(
        "--onevoice-tier", choices=TIERS, default="quick",
        help="How much of a gate: after every change (quick, the default), before a merge, by "
        "night.",
    )  # fmt: skip
    group.addoption(
        "--onevoice-budget", default=None, metavar="TIME",
        help="How long all checks of a gate may take, as in 90s, 10m or 2h. The deep tier needs "
        "it.",
    )  # fmt: skip
    group.addoption(
        "--onevoice-cache", default=None, metavar="DIR",
        help="Where it is kept what was found; by default where `onevoice gate` keeps it.",
    )  # fmt: skip
    group.addoption("--onevoice-no-cache", action="store_true", help="Do all checks again.")
    parser.addini(SETTING, "collect files of gates and traces that are found", "bool", False)


def pytest_configure(config: pytest.Config) -> None:
    """Has the file that was asked for collected.

    Raises:
        pytest.UsageError: there is no such file, or options contradict each other.
    """
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    if config.getoption("onevoice_cache") is not None and config.getoption("onevoice_no_cache"):
        raise pytest.UsageError(
            "--onevoice-no-cache and --onevoice-cache: leave one or the other out"
        )
    if config.getoption("onevoice_budget") is not None:
        from onevoice.pytest_plugin.asked import asked

        asked(config)
    file = _asked_for(config)
    if file is not None:
        config.args.append(str(file))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> GateFile | TraceFile | None:
    """Collects a file of a gate, or a trace file, if that was asked for."""
    name, config = file_path.name, parent.config
    if not name.endswith((TRACE_SUFFIX, ".toml")):
        return None
    is_named = parent.session.isinitpath(file_path)
    is_found = config.getini(SETTING)
    asked = config.getoption("onevoice")
    if name.endswith(TRACE_SUFFIX):
        if not (is_named or is_found or asked is not None):
            return None
        from onevoice.pytest_plugin.trace_file import TraceFile

        return TraceFile.from_parent(parent, path=file_path)
    if file_path != _asked_for(config) and not (name == GATE_NAME and (is_named or is_found)):
        return None
    from onevoice.pytest_plugin.gate_file import GateFile

    # pytest names what is outside of its root by nothing.
    is_outside = not file_path.is_relative_to(config.rootpath)
    return GateFile.from_parent(parent, path=file_path, nodeid=name if is_outside else None)


def _asked_for(config: pytest.Config) -> Path | None:
    """The file of the gate that `--onevoice` asks for; None if it is not there.

    Raises:
        pytest.UsageError: there is no such file.
    """
    asked: str | None = config.getoption("onevoice")
    if asked is None:
        return None
    if not asked:
        from onevoice.gate.plan import DEFAULT

        return DEFAULT
    # A setting is written for the folder of the settings, whatever folder pytest is called in.
    for folder in (config.invocation_params.dir, config.rootpath):
        file = folder / asked
        if file.is_file() and file.suffix == ".toml":
            return file.resolve()
    if (config.invocation_params.dir / asked.partition("::")[0]).exists():
        raise pytest.UsageError(
            f"--onevoice {asked}: this is no file of a gate (*.toml); if it is what to test, write "
            f"it before the option: {asked} --onevoice"
        )
    raise pytest.UsageError(f"--onevoice={asked}: there is no such file; `--onevoice` alone "
                            "takes the gate that comes with the program")  # fmt: skip
