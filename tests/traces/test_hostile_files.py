"""A file that is no counterexample of ours is refused: in a line with the place and the remedy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from traces import counterexample, itf, json_text
from traces.counterexample import from_text, read
from traces.errors import TraceError
from traces.replay import replay

ROOT = Path(__file__).parents[2]
Change = Callable[[dict[str, Any]], object]


def ours(**fields: Any) -> Change:
    """Sets fields of our part of `#meta`."""
    return lambda trace: trace["#meta"]["onevoice"].update(fields)


def without(name: str) -> Change:
    """Removes a field of our part of `#meta`."""
    return lambda trace: trace["#meta"]["onevoice"].pop(name)


def state(index: int, **fields: Any) -> Change:
    """Sets fields of a state."""
    return lambda trace: trace["states"][index].update(fields)


def drop(index: int, name: str) -> Change:
    """Removes a field of a state, and of the variables that each state must have."""

    def change(trace: dict[str, Any]) -> None:
        trace["vars"].remove(name)
        del trace["states"][index][name]

    return change


def picks(index: int, **fields: Any) -> Change:
    """Sets picks of a state."""
    return lambda trace: trace["states"][index]["mbt::nondetPicks"].update(fields)


SOME_A9 = {"tag": "Some", "value": "a9"}
NONE = {"tag": "None", "value": {"#tup": []}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop("#meta"), "`#meta` lacks `onevoice`, so this trace is of another tool"),
        (lambda t: t["#meta"].update(onevoice=[]), "`#meta`: `onevoice` must be an object"),
        (ours(version=2), "the file is of version 2, this program reads 1"),
        (without("groups"), "`#meta`: `onevoice` lacks `groups`"),
        (without("property"), "`#meta`: `onevoice` lacks `property`"),
        (without("closing"), "`#meta`: `onevoice` lacks `closing`"),
        (ours(groups=3), "`#meta`: `groups` must be a text"),
        (ours(groups="0+x"), "'0' is no subgroup"),
        (ours(groups="1+" * 10**6 + "1"), "groups: the text has 2,000,001 characters"),
        (ours(groups="99+99"), "198 members, the most is 26"),
        (ours(failures=True), "`#meta`: `failures` must be an integer"),
        (ours(failures=-1), "failures: -1 is not between 0 and 99"),
        (ours(requests=10**9), "requests: 1000000000 is not between 0 and 99"),
        (ours(views=10**9), "views: 1000000000 is not between 0 and 99"),
        (ours(views=1), "with 1 the exchange would get stuck"),
        (ours(delivery="by post"), "`delivery` is 'by post' and must be one of sending-view"),
        (ours(total_order="no"), "`total_order` must be true or false"),
        (ours(total_order=True), "`spec` is 'VerifiedExchange', not TotallyOrderedExchange"),
        (ours(variant="\x1b[2J"), r"`variant` is '\x1b[2J' and must be one of"),
        (ours(property="Nice"), "`property` is 'Nice' and must be one of deadlock, AtMostOnce"),
        (ours(kind="leads-to"), "`kind` must be bound for transmissions"),
        (ours(closing={}), "`closing` is there but no `loop`"),
        (lambda t: t.update(loop=4), "`loop` must not be there"),
        (lambda t: t.update(loop=0), "`closing` must be a step, for `loop` is 0"),
        (lambda t: t.update(loop=99), "`loop` must be the index of a state, 0 to 4"),
        (state(2, spurious=1), "state 2: the spec has no symbol 'spurious'"),
        (drop(2, "sent"), "state 2: the state lacks relation `sent`"),
        (state(2, sent=True), "state 2, relation `sent`: the value must be a `#set` of `#tup`"),
        (
            state(2, sent={"#set": ["data"]}),
            "state 2, relation `sent`: 'data' where a `#tup` of elements must be",
        ),
        (
            state(2, sent={"#set": [{"#tup": ["data", "a1"]}]}),
            "state 2, relation `sent`: a `#tup` of 2 where the relation takes 3",
        ),
        (
            state(2, sent={"#set": [{"#tup": ["data", "a9", "v0"]}]}),
            "state 2, relation `sent`: sort Member has no element 'a9', only a1, a2",
        ),
        (state(2, **{"#meta": {"index": 3}}), "state 2: `#meta` says that this is state '3'"),
        (drop(0, "mbt::actionTaken"), "state 0: the state lacks `mbt::actionTaken`"),
        (state(2, **{"mbt::actionTaken": "dance"}), "state 2: `mbt::actionTaken`: the spec has no"),
        (state(2, **{"mbt::actionTaken": "suspect"}), "no action 'suspect' (it is switched off)"),
        (state(2, **{"mbt::actionTaken": "init"}), "state 2: `mbt::actionTaken` cannot be `init`"),
        (state(2, **{"mbt::nondetPicks": 1}), "state 2: `mbt::nondetPicks` must be a record"),
        (picks(2, m=NONE), "`mbt::nondetPicks` must pick m, v for transmit, not v"),
        (picks(2, m=SOME_A9), "state 2, `mbt::nondetPicks`: sort Member has no element 'a9'"),
        (picks(2, z=SOME_A9), "`mbt::nondetPicks`: no action has a parameter 'z'"),
        (picks(2, m="a1"), "`mbt::nondetPicks`: 'm' must have the tag `Some` or `None`"),
    ],
)
def test_each_fault_is_named_with_its_place(
    change: Change, message: str, text: str, tmp_path: Path
) -> None:
    trace = json.loads(text)
    change(trace)
    path = tmp_path / "broken.itf.json"
    path.write_text(json.dumps(trace), encoding="utf-8")
    with pytest.raises(TraceError) as error:
        read(path)
    said = str(error.value)
    assert message in said
    assert said.startswith(f"{path}: ")
    assert "; write the trace again" in said or "; name a file that" in said
    assert "\n" not in said


def test_a_truncated_file_is_refused_with_line_and_column(text: str) -> None:
    for length in range(0, len(text) - 3, 997):
        with pytest.raises(TraceError, match=r"line \d+, column \d+: the text is not JSON"):
            from_text(text[:length])


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in a JSON value, with each key or index in it."""
    if isinstance(value, dict):
        return [(value, k) for k in value] + [p for v in value.values() for p in places(v)]
    if isinstance(value, list):
        return [(value, i) for i in range(len(value))] + [p for v in value for p in places(v)]
    return []


ODD: list[Any] = [None, True, -1, 99, 10**30, "", "a2", "v1", "init", "sending-view", [], {},
       ["a1"], NONE, {"#set": []}, {"#tup": ["a1"]}, {"#bigint": "1"}, {"#map": []}]  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_another_value_anywhere_gives_a_trace_or_a_trace_error(
    data: st.DataObject, text: str
) -> None:
    trace = json.loads(text)
    container, key = data.draw(st.sampled_from(places(trace)))
    container[key] = data.draw(st.sampled_from(ODD))
    survives(json.dumps(trace))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_another_text_anywhere_gives_a_trace_or_a_trace_error(
    data: st.DataObject, text: str
) -> None:
    at = data.draw(st.integers(0, len(text)))
    spliced = data.draw(st.text(max_size=4) | st.sampled_from(["{", "[]", "1e9", '"', ",", "-"]))
    survives(text[:at] + spliced + text[at + data.draw(st.integers(0, 8)) :])


def survives(damaged: str) -> None:
    """Reads and replays a damaged file; only a `TraceError` may come of it."""
    try:
        counterexample = from_text(damaged)
    except TraceError:
        return
    replay(counterexample)


# -- files that are none, and files that are too much -------------------------------------------


def refusal(path: Path) -> str:
    """What is said of a file that is refused."""
    with pytest.raises(TraceError) as error:
        read(path)
    said = str(error.value)
    assert said.startswith(f"{path}: ")
    return said


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe, loop, dangling = (tmp_path / name for name in ("pipe", "loop", "dangling"))
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    dangling.symlink_to(tmp_path / "absent")
    for path, problem in (
        (tmp_path, "this is not a file"),
        (pipe, "this is not a file"),
        (Path("/dev/zero"), "this is not a file"),
        (loop, "cannot be read (Too many levels of symbolic links)"),
        (dangling, "cannot be read (No such file or directory)"),
        (tmp_path / ("a" * 1000), "cannot be read (File name too long)"),
        (tmp_path / "a\0b", "cannot be read"),
    ):
        assert problem in refusal(path)


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "large.itf.json"
    with path.open("wb") as file:
        file.truncate(10**12)
    assert "1,000,000,000,000 bytes, more than the 33,554,432 that are read" in refusal(path)


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="only Linux has such files")
def test_of_a_file_that_does_not_tell_its_size_no_more_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = Path("/proc/version")
    assert path.stat().st_size == 0
    assert "line 1, column 1: the text is not JSON" in refusal(path)
    monkeypatch.setattr(json_text, "BYTES_MAX", 4)
    assert "the file has 5 bytes, more than the 4 that are read" in refusal(path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"vars": ["\xe9"]}', "byte 11: the text is not UTF-8"),
        (b'{"vars": ["\xed\xa0\x80"]}', "byte 11: the text is not UTF-8"),
        ('{"vars": ["é"]}'.encode("utf-16"), "byte 0: the text is not UTF-8"),
        (b"\xef\xbb\xbf{}", "line 1, column 1: the text is not JSON"),
        (bytes(1000), "line 1, column 1: the text is not JSON"),
        (b'{"#meta": {"onevoice": NaN}', "line 1, column 24: the text is not JSON"),
        (b'{"#meta": {"a": "' + b"x" * 10**6 + b'", "a": 1}}', "column 1000021: an object has"),
        (b'{"vars": ["\\ud800"]}', "line 1, column 11: half of a surrogate pair"),
    ],
)
def test_a_file_that_is_not_strictly_json_is_refused(
    content: bytes, problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "broken.itf.json"
    path.write_bytes(content)
    assert problem in refusal(path)


def test_numbers_chosen_to_have_one_hash_are_refused_and_not_compared() -> None:
    numbers = [{"#bigint": str(i * sys.hash_info.modulus)} for i in range(50_000)]
    for value in ({"#set": numbers}, {"#map": [[number, 0] for number in numbers]}):
        with pytest.raises(TraceError, match=r"state 0, 'x': 50,000 values are the same, or"):
            itf.parse(json.dumps({"vars": ["x"], "states": [{"x": value}]}))
    few = json.dumps({"vars": ["x"], "states": [{"x": {"#set": numbers[:100]}}]})
    assert len(itf.parse(few).states[0]["x"].items) == 100  # type: ignore[union-attr]


def test_names_times_states_are_not_looked_up_one_by_one() -> None:
    text = json.dumps({"vars": ["x"] * 100_000, "states": [{"x": 1}] * 100_000})
    assert len(itf.parse(text).states) == 100_000


READ_WITHIN = """
import resource, sys
from pathlib import Path
from traces.counterexample import read
from traces.errors import TraceError
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    read(Path(sys.argv[1]))
except TraceError as error:
    print(error)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells and limits it")
def test_the_worst_file_is_refused_in_half_a_gigabyte(tmp_path: Path) -> None:
    chains = json_text.MARKS_MAX // 101
    many = ",".join("".join(f'{{"{100 * i + j}":' for j in range(100)) + "1" + "}" * 100
                    for i in range(chains))  # fmt: skip
    text = f'{{"vars": ["x", "y"], "states": [{{"x": [{many}], "y": "'
    text += "\U0001f4a1".rjust(json_text.BYTES_MAX - len(text) - 10) + '"}]}'
    path = tmp_path / "worst.itf.json"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", READ_WITHIN, str(path), str(512 * 2**20)],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert "`#meta` lacks `onevoice`" in done.stdout, done.stderr


def test_states_too_large_for_memory_are_refused_before_they_are_made(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert from_text(text).trace.states
    monkeypatch.setattr(counterexample, "POINTS_MAX", 100)
    with pytest.raises(TraceError, match="points each are more than the 100 points"):
        from_text(text)
