"""The results as JUnit XML: what other programs read, and red exactly if the gate is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema

from onevoice.exits import Exit
from onevoice.gate.check import Wrong
from onevoice.gate.checks.search import Search
from onevoice.gate.result import Done, Gated, How
from onevoice.gate.written.junit import junit

GATES = ("passed", "failed", "empty", "ran")
DIALECT = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))


def read(gated: Gated) -> ElementTree.Element:
    # The declaration speaks of bytes, as which it is written.
    return ElementTree.fromstring(junit(gated).encode("utf-8"))


def case(root: ElementTree.Element, kind: str, name: str) -> ElementTree.Element:
    (found,) = root.findall(f"testsuite[@name='{kind}']/testcase[@name='{name}']")
    return found


def outcome(root: ElementTree.Element, kind: str, name: str) -> tuple[str, str | None] | None:
    """The outcome of a test case, and its type."""
    found = [(each.tag, each.get("type")) for each in case(root, kind, name)]
    return found[0] if found else None


@pytest.mark.parametrize("name", GATES)
def test_the_text_is_of_the_dialect(name: str, request: pytest.FixtureRequest) -> None:
    DIALECT.validate(ElementTree.ElementTree(read(request.getfixturevalue(name))))


@pytest.mark.parametrize("name", GATES)
def test_it_has_a_failure_or_an_error_exactly_if_the_gate_is_not_passed(
    name: str, request: pytest.FixtureRequest
) -> None:
    gated: Gated = request.getfixturevalue(name)
    root = read(gated)
    red = root.findall(".//failure") + root.findall(".//error")
    assert bool(red) == (gated.exit is not Exit.HOLDS)


@pytest.mark.parametrize("name", GATES)
def test_counts_are_those_of_what_stands_in_it(name: str, request: pytest.FixtureRequest) -> None:
    root = read(request.getfixturevalue(name))
    for element in (root, *root.findall("testsuite")):
        assert int(element.get("tests", "")) == len(list(element.iter("testcase")))
        assert int(element.get("failures", "")) == len(list(element.iter("failure")))
        assert int(element.get("errors", "")) == len(list(element.iter("error")))
    for suite in root.findall("testsuite"):
        assert int(suite.get("skipped", "")) == len(list(suite.iter("skipped")))


def test_every_check_is_a_test_case_of_its_kind(passed: Gated) -> None:
    root = read(passed)
    for done in passed.done:
        found = case(root, done.check.kind, done.check.name)
        assert found.get("classname") == f"onevoice.gate.{done.check.kind}"
    assert len(root.findall(".//testcase")) == len(passed.done) + 3


def test_what_is_violated_fails_and_what_could_not_be_checked_is_an_error(failed: Gated) -> None:
    root = read(failed)
    name = "2, 1 failure, same-view"
    assert outcome(root, "search", name) == ("failure", "safety")
    (failure,) = case(root, "search", name)
    assert failure.get("message") == "AtMostOnce is violated (and 1 more)".replace(
        " (", " (model/protocol/properties.py:12) (", 1
    )
    assert (failure.text or "").splitlines()[1] == "the search was not completed"
    assert outcome(root, "agreement", name) == ("error", "defect")
    (proof,) = (each.check.name for each in failed.done if each.check.kind == "proof")
    assert outcome(root, "proof", proof) == ("failure", "not_proved")


def test_a_limit_alone_is_an_error(passed: Gated) -> None:
    first, *others = passed.done
    limited = replace(first, wrong=(Wrong(Exit.LIMIT, "out of memory"),))
    root = read(replace(passed, done=(limited, *others)))
    assert outcome(root, "search", first.check.name) == ("error", "limit")


def test_what_was_not_done_is_skipped_and_a_lack_of_time_is_an_error_of_the_gate(
    failed: Gated,
) -> None:
    root = read(failed)
    assert outcome(root, "storms", "storms 201 to 300") == ("skipped", "not concerned")
    assert outcome(root, "storms", "storms 101 to 200") == ("skipped", "no time")
    assert outcome(root, "gate", "there was time for every check") == ("error", "limit")


def test_coverage_is_a_test_case_of_its_own(passed: Gated, failed: Gated, empty: Gated) -> None:
    name = "the shipped protocol: each property was checked, each action taken"
    assert outcome(read(passed), "gate", name) is None
    assert outcome(read(failed), "gate", name) == ("failure", "not_proved")
    assert not read(empty).findall(f".//testcase[@name='{name}']")
    unknown = Done(Search(groups="4"), How.UNCONCERNED, None)
    root = read(replace(passed, done=(*passed.done, unknown)))
    assert outcome(root, "gate", name) == ("skipped", "not known")


def test_nothing_that_is_known_fails(empty: Gated) -> None:
    assert outcome(read(empty), "gate", "something is known") == ("failure", "not_proved")


def test_what_was_kept_says_so_and_took_no_time(passed: Gated) -> None:
    root = read(passed)
    suite = root.find("testsuite[@name='search']")
    assert suite is not None
    hows = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert hows["how: 3, 1 failure, same-view"] == "kept"
    assert hows["how: 2, 1 failure, same-view"] == "run"
    assert case(root, "search", "3, 1 failure, same-view").get("time") == "0.000"
    assert case(root, "search", "2, 1 failure, same-view").get("time") == "1.234"


def test_characters_that_xml_does_not_allow_are_replaced(failed: Gated) -> None:
    text = junit(failed)
    assert not {"\x00", "\x1b", "\ud800", "\ufffe", "\u202e"} & set(text)
    (corpus,) = read(failed).findall("testsuite[@name='corpus']/testcase")
    name = corpus.get("name", "")
    assert name.startswith("kept traces, a|b`c`<i>&amp;*_[x](y)\ufffd\ufffd\ufffd\ufffd")
    assert name.endswith("é😀 ]]>")


def test_equal_gates_give_equal_text(failed: Gated) -> None:
    assert junit(failed) == junit(replace(failed))
