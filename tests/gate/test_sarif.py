"""The results as SARIF: what the standard asks for, at the lines that they are about."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from model.lang import stage
from model.protocol import Switches, exchange
from onevoice.exits import Exit
from onevoice.gate.check import ROOT, Place, Wrong
from onevoice.gate.checks.search import Search
from onevoice.gate.result import Done, Gated, How
from onevoice.gate.written.sarif import FINGERPRINT, SOURCES, sarif
from tests.gate.made import ODD, PLACE

GATES = ("passed", "failed", "empty", "ran")
PART = json.loads(Path(__file__).with_name("sarif_part.schema.json").read_text(encoding="utf-8"))


def read(gated: Gated, version: str | None = "1.2.3", **given: Path) -> dict[str, Any]:
    """The only run of the log file."""
    text = sarif(gated, version, **given)
    text.encode("utf-8")
    (run,) = json.loads(text)["runs"]
    found: dict[str, Any] = run
    return found


def one(wrong: Wrong, name: str = "2") -> Gated:
    """A gate in which one thing is wrong."""
    return Gated("quick", (Done(Search(groups=name), How.RUN, None, (wrong,)),), 1.0)


def place(result: dict[str, Any]) -> tuple[str, int]:
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(PART)


@pytest.mark.parametrize("name", GATES)
def test_the_log_is_what_the_standard_asks_for(name: str, request: pytest.FixtureRequest) -> None:
    text = sarif(request.getfixturevalue(name), "1.2.3")
    Draft202012Validator(PART).validate(json.loads(text))


@pytest.mark.parametrize("name", GATES)
def test_every_rule_is_there_once_and_results_name_theirs(
    name: str, request: pytest.FixtureRequest
) -> None:
    run = read(request.getfixturevalue(name))
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]


@pytest.mark.parametrize("name", GATES)
def test_there_are_results_exactly_if_the_gate_is_not_passed(
    name: str, request: pytest.FixtureRequest
) -> None:
    gated: Gated = request.getfixturevalue(name)
    run = read(gated)
    assert bool(run["results"]) == (gated.exit is not Exit.HOLDS)
    assert run["invocations"][0]["exitCode"] == int(gated.exit)


def test_a_rule_says_what_the_spec_and_the_code_say(ran: Gated) -> None:
    rules = {rule["id"]: rule for rule in read(ran)["tool"]["driver"]["rules"]}
    assert rules["check/search"]["shortDescription"]["text"] == "A search of all states."
    staged = stage(exchange(Switches()))
    docs = {each.name: " ".join(each.doc.split("\n\n")[0].split()) for each in staged.properties}
    for name, doc in docs.items():
        assert rules[f"property/{name}"]["fullDescription"]["text"] == doc


def test_a_result_stands_where_it_is_wrong_or_else_in_the_file_of_the_gate(failed: Gated) -> None:
    results = read(failed)["results"]
    assert place(results[0]) == (PLACE.file, PLACE.line)
    assert place(results[1]) == ("onevoice/gate/gate.toml", 1)
    run = read(failed, plan=ROOT / "my gate.toml")
    assert place(run["results"][1]) == ("my%20gate.toml", 1)


def test_a_file_that_is_not_among_the_sources_has_an_absolute_address() -> None:
    for file, uri, base in (
        ("/a/b c", "file:///a/b%20c", None),
        ("../x", (ROOT.parent / "x").as_uri(), None),
        ("a/../b", "b", SOURCES),
        ("a:b%", "a%3Ab%25", SOURCES),
        (str(ROOT / "c"), "c", SOURCES),
    ):
        (result,) = read(one(Wrong(Exit.DIFFERS, "!", Place(file, 1))))["results"]
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert (artifact["uri"], artifact.get("uriBaseId")) == (uri, base)


@pytest.mark.parametrize(
    ("code", "level", "successful"),
    [
        (Exit.SAFETY, "error", True),
        (Exit.DIFFERS, "error", True),
        (Exit.NOT_PROVED, "warning", True),
        (Exit.LIMIT, "note", False),
        (Exit.DEFECT, "error", False),
    ],
)
def test_the_level_says_how_bad_it_is(code: Exit, level: str, successful: bool) -> None:
    run = read(one(Wrong(code, "!")))
    assert [result["level"] for result in run["results"]] == [level]
    assert run["invocations"][0]["executionSuccessful"] is successful


def test_a_counterexample_is_a_flow_through_the_lines_of_its_actions(failed: Gated) -> None:
    first, *others = read(failed)["results"]
    (flow,) = first["codeFlows"]
    locations = [each["location"] for each in flow["threadFlows"][0]["locations"]]
    texts = [each["message"]["text"] for each in locations]
    assert texts == ["1. transmit(a1, v0)", "2. acknowledge(a1, v0)", "This is false."]
    wheres = {a.name: Place.of(a.where) for a in stage(exchange(Switches())).actions}
    expected = [wheres["transmit"], wheres["acknowledge"], PLACE]
    for each, where in zip(locations, expected, strict=True):
        assert place({"locations": [each]}) == (where.file, where.line)
    # The text of this one cannot be read.
    unreadable = next(each for each in others if each["ruleId"] == "property/Complete")
    (flow,) = unreadable["codeFlows"]
    assert len(flow["threadFlows"][0]["locations"]) == 1


def test_the_flow_of_a_real_counterexample_has_its_steps(ran: Gated) -> None:
    (_, found), *_ = ran.variants
    lengths = {each.name: each.violation.steps for each in found.violated if each.violation}
    flows = [each for each in read(ran)["results"] if "codeFlows" in each]
    assert flows
    for each in flows:
        ((thread,),) = (flow["threadFlows"] for flow in each["codeFlows"])
        name = each["ruleId"].removeprefix("property/")
        assert len(thread["locations"]) == lengths[name] + 1


def test_a_fingerprint_is_the_same_when_lines_and_numbers_are_not() -> None:
    def of(wrong: Wrong, name: str = "2") -> str:
        (result,) = read(one(wrong, name))["results"]
        found: str = result["partialFingerprints"][FINGERPRINT]
        return found

    before = of(Wrong(Exit.DIFFERS, "differs after 12 steps (exchange.py:73)", Place("a.py", 3)))
    after = of(Wrong(Exit.DIFFERS, "differs after 1,300 steps (exchange.py:80)", Place("a.py", 9)))
    assert before == after
    assert before != of(Wrong(Exit.DIFFERS, "differs before 12 steps (exchange.py:73)"))
    assert before != of(Wrong(Exit.DIFFERS, "differs after 12 steps (exchange.py:73)"), "3")


@pytest.mark.parametrize("name", GATES)
def test_no_two_results_have_the_same_fingerprint(
    name: str, request: pytest.FixtureRequest
) -> None:
    results = read(request.getfixturevalue(name))["results"]
    found = [result["partialFingerprints"][FINGERPRINT] for result in results]
    assert len(found) == len(set(found))
    twice = Wrong(Exit.LIMIT, "!")
    gated = one(twice)
    gated = replace(gated, done=(replace(gated.done[0], wrong=(twice, twice)),))
    first, second = read(gated)["results"]
    assert first["partialFingerprints"] != second["partialFingerprints"]


def test_a_message_has_neither_placeholders_nor_links() -> None:
    (result,) = read(one(Wrong(Exit.DIFFERS, ODD)))["results"]
    assert result["message"]["text"].startswith("a|b`c`<i>&amp;*_[x] (y)")
    assert "{{0}}" in result["message"]["text"]


def test_nothing_in_it_is_of_this_machine(ran: Gated) -> None:
    assert str(ROOT) not in sarif(ran, None)
    assert "version" not in read(ran, None)["tool"]["driver"]
    assert sarif(ran, "1") == sarif(replace(ran), "1")
