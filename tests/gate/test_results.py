"""The results as JSON are what their schema says, whatever came of the gate."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from jsonschema import Draft202012Validator

from model.lang import Where
from onevoice.exits import Exit
from onevoice.gate import records
from onevoice.gate.check import ROOT, TIERS, Place
from onevoice.gate.plan import KINDS
from onevoice.gate.result import Gated, How
from onevoice.gate.rows import Citation, Row, rows
from onevoice.gate.written.results import SCHEMA, SCHEMA_FILE, results
from onevoice.gate.written.said import COVERAGE, GATE
from tests.gate.made import ODD, SEED

GATES = ("passed", "failed", "empty", "ran")
CITED = (Citation("test_it", Where(str(ROOT / "tests" / "test_it.py"), 3)),)
ROWS = (Row("R1", ODD, CITED, {"AtMostOnce": (1, 2)}, CITED, (), ("shared-key",), CITED),)


@cache
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return found


def read(gated: Gated, said: Sequence[Row] = ROWS, version: str | None = "1.2.3") -> dict[str, Any]:
    text = results(gated, said, version)
    text.encode("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object within the schema that is one."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            yield from parts(each)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())
    assert schema()["properties"]["schema"]["const"] == SCHEMA


def test_the_schema_describes_every_key_and_allows_no_other() -> None:
    objects = [each for each in parts(schema()) if each.get("type") == "object"]
    assert objects
    for each in objects:
        if "properties" not in each:
            assert isinstance(each["additionalProperties"], dict), each
            continue
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])
        for name, said in each["properties"].items():
            assert said.get("description", "").endswith("."), name


def test_the_schema_has_the_fields_of_all_records() -> None:
    structs = {
        name: cls
        for name, cls in vars(records).items()
        if inspect.isclass(cls) and issubclass(cls, msgspec.Struct) and name != "Record"
    } | {"Place": Place}
    assert len(structs) > len(get_args(records.AnyRecord))
    for name, cls in structs.items():
        tag = cls.__struct_config__.tag
        properties = schema()["$defs"][name]["properties"]
        assert list(properties) == ([] if tag is None else ["type"]) + list(cls.__struct_fields__)
        assert tag is None or properties["type"]["const"] == tag
    found = schema()["$defs"]["Check"]["properties"]["found"]["anyOf"]
    known = {f"#/$defs/{cls.__name__}" for cls in get_args(records.AnyRecord)}
    assert {each["$ref"] for each in found if "$ref" in each} == known


def test_the_schema_has_the_words_of_the_code() -> None:
    defs = schema()["$defs"]
    assert defs["Exit"]["enum"] == [int(code) for code in Exit]
    assert defs["Kind"]["enum"] == list(KINDS)
    assert defs["Tier"]["enum"] == list(TIERS)
    assert defs["Said"]["properties"]["kind"]["enum"] == [*KINDS, COVERAGE, GATE]
    assert defs["Check"]["properties"]["how"]["enum"] == [how.value for how in How]
    assert defs["Property"]["properties"]["status"]["enum"] == list(get_args(records.Status))


@pytest.mark.parametrize("name", GATES)
def test_results_are_what_the_schema_says(name: str, request: pytest.FixtureRequest) -> None:
    Draft202012Validator(schema()).validate(read(request.getfixturevalue(name)))


def test_the_real_table_of_the_requirements_is_what_the_schema_says(ran: Gated) -> None:
    table = rows([found for _, found in ran.shipped], ran.caught, ran.proved)
    found = read(ran, table, None)
    Draft202012Validator(schema()).validate(found)
    assert [row["row"] for row in found["requirements"]] == [f"R{n}" for n in range(1, 14)]
    files = {each["file"] for row in found["requirements"] for each in row["implemented"]}
    assert files
    assert not any(Path(file).is_absolute() for file in files)


@pytest.mark.parametrize("name", GATES)
def test_the_gate_is_passed_exactly_if_nothing_is_wrong(
    name: str, request: pytest.FixtureRequest
) -> None:
    gated: Gated = request.getfixturevalue(name)
    found = read(gated)
    assert found["passed"] == (found["exit"] == 0) == (not found["wrong"])
    assert found["exit"] == int(gated.exit)
    assert len(found["wrong"]) >= len(gated.wrong)


def test_counts_are_those_of_the_checks(passed: Gated) -> None:
    assert read(passed)["counts"] == {
        "checks": 14, "left_out": 0, "run": 10, "kept": 3, "not_concerned": 1, "no_time": 0,
        "wrong": 0,
    }  # fmt: skip


def test_what_is_not_known_is_neither_right_nor_wrong(passed: Gated, failed: Gated) -> None:
    assert read(passed)["checks"][-1]["ok"] is None
    assert read(passed)["covered"] is True
    oks = {each["name"]: (each["how"], each["ok"]) for each in read(failed)["checks"]}
    assert oks["storms 101 to 200"] == ("no time", False)
    assert oks["storms 201 to 300"] == ("not concerned", None)
    assert read(failed)["covered"] is False


def test_coverage_is_unknown_if_a_run_is(passed: Gated) -> None:
    first, *others = passed.done
    assert read(Gated("quick", tuple(others), 1.0))["covered"] is True
    unknown = Gated("quick", (first, type(first)(others[0].check, How.UNCONCERNED, None)), 1.0)
    assert read(unknown)["covered"] is None


def test_a_counterexample_has_its_steps_and_not_its_states(failed: Gated) -> None:
    text = results(failed, (), None)
    assert "nondetPicks" not in text
    shipped, _, unreadable, *_ = json.loads(text)["checks"]
    violation = shipped["found"]["properties"][0]["violation"]
    assert violation["steps"] == 2
    arguments = {"m": "a1", "v": "v0"}
    assert violation["trace"]["steps"] == [
        {"action": "transmit", "arguments": arguments},
        {"action": "acknowledge", "arguments": arguments},
    ]
    assert violation["trace"]["loop"] == 2
    assert unreadable["found"]["properties"][0]["violation"]["trace"] is None


def test_the_steps_of_a_real_counterexample_are_as_many_as_it_has(ran: Gated) -> None:
    (_, found), *_ = ran.variants
    kept = [each for each in read(ran)["checks"][1]["found"]["properties"] if each["violation"]]
    assert len(kept) == len(found.violated) > 0
    for each in kept:
        assert len(each["violation"]["trace"]["steps"]) == each["violation"]["steps"]


def test_large_numbers_are_written_as_they_are(failed: Gated) -> None:
    storms = next(each for each in read(failed)["checks"] if each["kind"] == "storms")
    assert storms["found"]["refused"][0] == SEED


def test_equal_gates_give_equal_text(passed: Gated) -> None:
    again = Gated(passed.tier, tuple(passed.done), passed.seconds)
    assert results(passed, ROWS, None) == results(again, ROWS, None)
