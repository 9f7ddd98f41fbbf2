"""`onevoice variants`: a row a property, a column a variant."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.onevoice.conftest import Run


def row(out: str, name: str) -> list[str]:
    found = re.search(rf"^{name} +(.*)$", out, re.MULTILINE)
    assert found is not None
    return found[1].split()


def test_a_cell_is_the_length_of_a_shortest_counterexample(onevoice: Run) -> None:
    ran = onevoice("variants", "--groups", "2", "--variant", "shared-key",
                   "--variant", "indicator-never-cleared")  # fmt: skip
    assert ran.code == 0
    assert row(ran.out, "Property") == ["0", "1", "2"]
    assert row(ran.out, "OneLeader") == ["·", "·", "0"]
    assert row(ran.out, "AtMostOnce") == ["·", "-", "8"]
    assert "Broken by none of these: deadlock, " in ran.out


def test_every_line_fits_a_terminal_of_80_columns(onevoice: Run) -> None:
    out = onevoice("variants", "--groups", "2").out
    assert row(out, "Property") == [str(number) for number in range(16)]
    assert max(map(len, out.splitlines())) <= 80


def test_every_variant_that_one_request_can_show_breaks_something_at_the_default_scope(
    onevoice: Run,
) -> None:
    runs = json.loads(onevoice("variants", "--json", "--no-liveness").out)
    unbroken = {
        run["run"]["variant"]
        for run in runs
        if all(found["status"] != "violated" for found in run["properties"])
    }
    # Without the liveness properties, nobody misses a failure that is never reported.
    # Only a second request finds members that have not completed, whose subgroups to forget.
    assert unbroken == {None, "highest-name", "unreported-failures", "forgets-subgroups"}


def test_a_limit_leaves_cells_undecided_and_is_no_success(onevoice: Run) -> None:
    ran = onevoice("variants", "--groups", "2", "--variant", "no-waiting", "--max-states", "20")
    assert ran.code == 75
    assert row(ran.out, "Termination") == ["?", "?"]
    assert "STOPPED: the limit of 20 states" in ran.out


def test_counterexamples_are_kept_where_asked(onevoice: Run, tmp_path: Path) -> None:
    onevoice("variants", "--groups", "2", "--variant", "shared-key", "--trace-dir", "kept")
    assert len(list((tmp_path / "kept").iterdir())) == 5
