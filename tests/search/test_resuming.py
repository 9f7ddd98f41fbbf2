"""A search in a folder finds what one in memory finds, however often it was stopped or killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from model.lang import Formula, ScopeError, exists, forall, safety, stage
from model.protocol import Switches, Variant
from model.scope import Finite, Scope
from model.search import Limits, Result, Status, check
from model.search.exploration import Method, Progress
from model.search.native import engine as native
from model.search.reduce import Reduction
from tests.agreement.comparison import must_agree, must_replay, summary
from tests.protocol.searches import finite as protocol
from tests.search.specs import Dial, Dials, Digit, Judged, dials, lamps, rows

ROOT = Path(__file__).parents[2]
Seen = Literal["exact", "fingerprints"]
BOTH: frozenset[Reduction] = frozenset({"order", "symmetry"})
NONE: frozenset[Reduction] = frozenset()


class Low(Dials):
    """Says that no dial has come far, which is wrong, and that some dial is not at the bottom."""

    @safety
    def none_at_the_top(s) -> Formula:
        return forall(Dial, lambda d: exists(Digit, lambda x: s.shows[d] < x))

    @safety
    def some_risen(s) -> Formula:
        return exists(Dial, Digit, lambda d, x: x < s.shows[d])


SPECS: dict[str, Callable[[], Finite]] = {
    "dials": lambda: dials(Low(), 4, 7),
    "lamps": lambda: lamps(Judged(fair="weak")),
    "rows": lambda: rows(2, 34),
    "protocol": lambda: protocol("1+1", Switches(failures=1, variant=Variant.NO_WAITING)),
}


@pytest.fixture(params=["exact", "fingerprints"])
def seen(request: pytest.FixtureRequest) -> Seen:
    chosen: Seen = request.param
    return chosen


@pytest.fixture(params=[NONE, BOTH], ids=["whole", "reduced"])
def reduce(request: pytest.FixtureRequest) -> frozenset[Reduction]:
    chosen: frozenset[Reduction] = request.param
    return chosen


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "_CHUNK", 512)  # so that a limit stops it within a depth


def must_be_as_good(finite: Finite, whole: Result, found: Result) -> None:
    """The same counts, coverage, maxima, verdicts and lengths; and what is shown is true."""
    if whole.account.eager == 0:
        must_agree(whole, found)
    assert summary(whole) == summary(found)
    assert (whole.account.eager, whole.account.symmetries) == (
        found.account.eager, found.account.symmetries,
    )  # fmt: skip
    must_replay(finite, found)


# -- stopped and gone on ----------------------------------------------------------------------


@pytest.mark.parametrize("name", SPECS)
def test_a_search_in_a_folder_finds_what_one_in_memory_finds(
    name: str, seen: Seen, reduce: frozenset[Reduction], tmp_path: Path
) -> None:
    finite, limits = SPECS[name](), Limits(threads=2)
    whole = check(finite, limits=limits, method=Method(seen, reduce))
    found = check(finite, limits=limits, method=Method(seen, reduce, tmp_path / "new" / "folder"))
    must_be_as_good(finite, whole, found)
    assert found.account.resumed == 0


@pytest.mark.parametrize("name", ["dials", "protocol"])
def test_a_search_that_was_stopped_goes_on(
    name: str, seen: Seen, reduce: frozenset[Reduction], tmp_path: Path
) -> None:
    threads = 2 if seen == "exact" else 1
    finite, limits = SPECS[name](), Limits(threads=threads)
    whole = check(finite, limits=limits, method=Method(seen, reduce))
    method = Method(seen, reduce, tmp_path)
    states = 0
    for part in (0.1, 0.4, 0.7):
        most = max(1, int(part * whole.states))
        found = check(finite, limits=Limits(states=most, threads=threads), method=method)
        assert found.account.resumed == states, "of the search before"
        assert found.complete or found.states >= most
        states = found.states
    found = check(finite, limits=limits, method=method)
    must_be_as_good(finite, whole, found)
    assert found.account.resumed == states


def test_a_stopped_search_decides_nothing_yet(tmp_path: Path) -> None:
    finite = SPECS["dials"]()
    stopped = check(finite, limits=Limits(states=100, threads=1), method=Method(folder=tmp_path))
    assert stopped.findings["none_at_the_top"].status is Status.UNDECIDED
    assert check(finite, method=Method(folder=tmp_path)).findings["none_at_the_top"].trace


def test_another_number_of_threads_may_go_on(tmp_path: Path) -> None:
    finite, method = SPECS["dials"](), Method(folder=tmp_path)
    for states, threads in ((300, 2), (900, 1), (1500, 3)):
        check(finite, limits=Limits(states=states, threads=threads), method=method)
    found = check(finite, limits=Limits(threads=2), method=method)
    must_be_as_good(finite, check(finite, limits=Limits(threads=1)), found)


def test_a_finished_search_gives_the_same_at_once(seen: Seen, tmp_path: Path) -> None:
    finite, method = SPECS["dials"](), Method(seen, folder=tmp_path)
    first = check(finite, limits=Limits(threads=1), method=method)
    told: list[Progress] = []
    again = check(finite, limits=Limits(threads=1), report=told.append, method=method)
    must_be_as_good(finite, first, again)
    assert again.account.resumed == again.states == first.states
    assert told == [], "nothing was expanded"


def test_what_lies_behind_the_saved_position_is_written_over(seen: Seen, tmp_path: Path) -> None:
    finite, method = SPECS["dials"](), Method(seen, folder=tmp_path)
    check(finite, limits=Limits(states=600, threads=1), method=method)
    saved = json.loads((tmp_path / "search.json").read_text())
    states, first, second = saved["counts"]
    used = {"parents": 4 * states, "states": 8 * (1 if seen == "exact" else 2) * states}
    if seen == "exact":
        used |= {"first-halves": 8 * first, "second-halves": 8 * second}
    for name, size in used.items():
        with (tmp_path / name).open("r+b") as file:
            file.seek(size)
            file.write(b"\xa5" * 4096)
    (tmp_path / "search.new").write_text('{"half":')
    found = check(finite, limits=Limits(threads=1), method=method)
    must_be_as_good(finite, check(finite, limits=Limits(threads=1)), found)


# -- killed -----------------------------------------------------------------------------------

DIALS, DIGITS = 5, 19  # some 2.5 million states
CHILD = f"""
import sys
from pathlib import Path
from model.search import Limits, check
from model.search.exploration import Method
from tests.search.specs import Dials, dials
seen, threads, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
method = Method(seen, folder=folder, save_seconds=0.0)
check(dials(Dials(), {DIALS}, {DIGITS}), limits=Limits(threads=threads), method=method)
"""


def saved_states(folder: Path) -> int:
    """How many states the folder's search has saved; 0 if it has saved nothing yet."""
    path = folder / "search.json"
    return int(json.loads(path.read_text())["counts"][0]) if path.exists() else 0


def killed(seen: Seen, threads: int, folder: Path, states: int) -> None:
    """Searches in another process, and kills it once it has saved more than so many states."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, seen, str(threads), str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        while saved_states(folder) <= states:
            assert child.poll() is None, "it ended before it could be killed"
            time.sleep(0.002)
    finally:
        child.send_signal(signal.SIGKILL)
        assert child.wait() in (-signal.SIGKILL, 0)


@pytest.mark.parametrize(("seen", "threads"), [("exact", 2), ("fingerprints", 1)])
def test_a_search_that_was_killed_twice_goes_on(seen: Seen, threads: int, tmp_path: Path) -> None:
    killed(seen, threads, tmp_path, 0)
    first = saved_states(tmp_path)
    killed(seen, threads, tmp_path, max(first, 50_000))
    second = saved_states(tmp_path)
    assert 0 < first < second < DIGITS**DIALS
    result = check(
        dials(Dials(), DIALS, DIGITS),
        limits=Limits(threads=threads),
        method=Method(seen, folder=tmp_path),
    )
    assert result.account.resumed == second
    assert result.complete
    assert result.states == result.expanded == DIGITS**DIALS
    assert result.transitions == DIALS * (DIGITS - 1) * DIGITS ** (DIALS - 1)
    assert result.depth == DIALS * (DIGITS - 1)
    assert result.coverage["turn"].taken == result.transitions
    assert result.coverage["turn"].enabled == result.states - 1, "all but the last state"
    assert result.coverage["turn"].discovered == result.states - 1
    assert not result.violated


# -- what is refused --------------------------------------------------------------------------

OTHERS: dict[str, tuple[Callable[[], Finite], Method]] = {
    "another scope": (lambda: dials(Low(), 3, 7), Method()),
    "another property": (lambda: dials(Dials(), 4, 7), Method()),
    "fingerprints": (SPECS["dials"], Method("fingerprints")),
    "reductions": (SPECS["dials"], Method(reduce=BOTH)),
}


@pytest.mark.parametrize("other", OTHERS)
def test_the_folder_of_another_search_is_refused(other: str, tmp_path: Path) -> None:
    check(SPECS["dials"](), method=Method(folder=tmp_path))
    make, method = OTHERS[other]
    with pytest.raises(ScopeError, match="holds another search"):
        check(make(), method=Method(method.seen, method.reduce, tmp_path))
    again = check(SPECS["dials"](), method=Method(folder=tmp_path))
    assert again.account.resumed == again.states, "the folder is as it was"


def test_the_folder_of_a_search_from_other_initial_states_is_refused(tmp_path: Path) -> None:
    def beginning_at(zero: int) -> Finite:
        return Finite(stage(Low()), Scope({"Dial": 2, "Digit": 4}, {"zero": zero}))

    risen = check(beginning_at(1), method=Method(folder=tmp_path))
    assert risen.findings["some_risen"].status is Status.HOLDS
    assert check(beginning_at(0)).findings["some_risen"].status is Status.VIOLATED
    with pytest.raises(ScopeError, match="holds another search"):
        check(beginning_at(0), method=Method(folder=tmp_path))


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    refused: list[str] = []

    def search_there_too(_: Any) -> None:
        with pytest.raises(ScopeError, match="in use by another search") as error:
            check(SPECS["dials"](), method=Method(folder=tmp_path))
        refused.append(str(error.value))

    found = check(SPECS["dials"](), report=search_there_too, method=Method(folder=tmp_path))
    assert refused
    assert found.complete, "the one that was there first goes on"


@pytest.mark.parametrize("text", ["", '{"identity": "0123', "[]", "\xff", "{}"])
def test_a_damaged_folder_is_an_error_until_it_is_removed(text: str, tmp_path: Path) -> None:
    check(SPECS["lamps"](), method=Method(folder=tmp_path))
    saved = tmp_path / "search.json"
    saved.write_text(text, encoding="latin-1")
    with pytest.raises(ScopeError, match=r"search\.json|holds another search"):
        check(SPECS["lamps"](), method=Method(folder=tmp_path))
    saved.unlink()
    assert check(SPECS["lamps"](), method=Method(folder=tmp_path)).complete


def test_a_folder_whose_search_lacks_what_it_had_found_is_an_error(tmp_path: Path) -> None:
    check(SPECS["lamps"](), method=Method(folder=tmp_path))
    saved = tmp_path / "search.json"
    data = json.loads(saved.read_text())
    del data["tallies"]
    saved.write_text(json.dumps(data))
    with pytest.raises(ScopeError, match=r"search\.json"):
        check(SPECS["lamps"](), method=Method(folder=tmp_path))
