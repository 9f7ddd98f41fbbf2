"""The README says what is true: its table of requirements, its outputs, its commands.

Run with UPDATE_GOLDEN=1 to rewrite the table.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from impl.core.variants import VARIANTS
from impl.transports.simulated import Storm, Weather
from model.lang import stage
from model.protocol import Switches, exchange
from model.search import Limits
from onevoice.commands.gate import command as gate
from onevoice.gate.gate import Way, run_gate
from onevoice.gate.plan import read_plan
from onevoice.gate.rows import Citation, rows
from tests.commands_in_text import is_shortened_from
from tests.gate.small import Quiet

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"


def onevoice(*args: str, folder: Path) -> str:
    """What the program prints, run in a folder of its own, without knowing whose terminal it is."""
    environment = {**os.environ, "COLUMNS": "100", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "onevoice", *args],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 10, 12, 14), done.stderr
    return done.stdout


def table() -> str:
    properties = {p.name for p in stage(exchange(Switches())).properties}
    lines = [
        "| row | requirement | specified in | checked by | proved for every size | implemented in "
        "| caught if wrong |",
        "|---|---|---|---|---|---|---|",
    ]
    way = Way(Limits(), only=("wrong-members", "proof"))
    gated = run_gate(read_plan(), "quick", way, Quiet())
    for row in rows([], gated.caught, gated.proved):
        said = [c for c in row.specified if c.name not in properties]
        checked = [f"`{c.name}`" for c in row.specified if c.name in properties]
        shown = ", ".join(f"`{c.name}`" for c in row.proved) or "—"
        wrong = ", ".join(f"`{name}`" for name in row.caught) or "—"
        cells = (
            _places(said), ", ".join(checked) or "—", shown, _places(row.implemented), wrong,
        )  # fmt: skip
        lines.append(f"| {row.name} | {row.requirement} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _places(cited: Sequence[Citation]) -> str:
    return ", ".join(f"`{c.name}` ({Path(c.where.file).name})" for c in cited) or "—"


def test_the_table_of_requirements_is_what_is_cited_and_caught() -> None:
    text = README.read_text(encoding="utf-8")
    head, rest = text.split("<!-- rows -->\n")
    shown, tail = rest.split("<!-- /rows -->")
    if os.environ.get("UPDATE_GOLDEN"):
        README.write_text(f"{head}<!-- rows -->\n{table()}\n<!-- /rows -->{tail}", encoding="utf-8")
        return
    assert shown.strip() == table()


def blocks() -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S)


def test_the_outputs_shown_are_what_the_program_prints(tmp_path: Path) -> None:
    holds, speaks_twice = blocks()[1:3]
    assert is_shortened_from(holds, onevoice("check", folder=tmp_path))
    variant = onevoice("check", "--variant", "indicator-on-receipt-only", folder=tmp_path)
    assert is_shortened_from(speaks_twice, variant)
    assert not is_shortened_from(holds, variant)


def test_the_logs_shown_are_not_accepted_as_shown(tmp_path: Path) -> None:
    (shown,) = [block for block in blocks() if "The furthest behaviour" in block]
    members = VARIANTS["ignores-indicator"]
    world = Storm(3, Weather(sending_view=False), members).run()
    for number, events in enumerate(world.histories.values()):
        lines = "".join(json.dumps(event) + "\n" for event in events)
        (tmp_path / f"{number}.jsonl").write_text(lines)
    assert is_shortened_from(shown, onevoice("validate", str(tmp_path), folder=tmp_path))


def test_the_demo_shows_what_is_shown(tmp_path: Path) -> None:
    """Its processes are real: on a busy machine two of its views may be one, once in a while."""
    (shown,) = [block for block in blocks() if "is killed" in block]
    wanted = {line.rstrip() for line in shown.splitlines() if line.strip(".")}
    missing: set[str] = wanted
    for _ in range(3):
        printed = onevoice("demo", "--plain", folder=tmp_path).splitlines()
        missing = min(missing, wanted - {line.rstrip() for line in printed}, key=len)
        if not missing:
            break
    assert not missing


def test_the_library_works_as_shown(tmp_path: Path) -> None:
    (shown,) = [block for block in blocks() if "class Inventory" in block]
    program = f"{shown}\nimport asyncio\nasyncio.run(work())\nprint('done')\n"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("done\n", 0), done.stderr


def test_the_commands_to_try_work(tmp_path: Path) -> None:
    commands = [line for block in blocks() for line in block.splitlines() if "onevoice " in line]
    tried = [shlex.split(line, comments=True) for line in commands if line.startswith("onevoice")]
    checks = [words for words in tried if words[1] == "check"]
    assert len(checks) == 4
    for words in checks:
        assert "Model checking" in onevoice(*words[1:], folder=tmp_path)
    gates = [words[2:] for words in tried if words[1] == "gate"]
    assert len(gates) == len(tried) - len(checks) == 3
    for options in gates:  # as a whole they are run by `make gate`
        gate.make_context("gate", list(options))


def test_what_is_shown_of_python_prints_what_it_says(tmp_path: Path) -> None:
    (shown,) = [block for block in blocks() if block.startswith("import onevoice")]
    done = subprocess.run(
        [sys.executable, "-c", shown], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    said, differs = done.stdout.splitlines()
    (promised,) = re.findall(r"print\(result.*# (.*)", shown)
    assert said == promised
    assert "a1 differs in the indicator" in differs


def test_the_specification_shown_is_that_of_the_spec() -> None:
    shown = next(block for block in blocks() if "def transmit" in block)
    assert '@action(by="member", fair="weak")\ndef transmit(s, m: Member, v: View)' in shown
    text = (ROOT / "model" / "protocol" / "exchange.py").read_text(encoding="utf-8")
    for line in shown.splitlines():
        if not line.strip().startswith("s.require"):  # the variants' branches are left out
            assert line.strip() in text
