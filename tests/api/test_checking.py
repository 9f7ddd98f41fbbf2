"""`onevoice.check` says what the command says, of the exchange, and the same of any spec."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import onevoice
from model.lang import ScopeError, Spec, SpecError, action, define, stage
from model.scope import Scope
from onevoice.exits import Exit
from onevoice.gate.checks.search import Search
from onevoice.gate.plan import read_plan
from tests.api.conftest import VARIANT, Command, without_times
from tests.classics import semaphore, two_phase_commit
from traces.counterexample import read

VARIANTS = [each for each in read_plan().checks if isinstance(each, Search) and each.variant]
SMALL = [each for each in VARIANTS if each.groups == "2+1j"][3::4]


@pytest.mark.parametrize(
    ("options", "words", "exit"),
    [
        ({"failures": 0}, "--failures 0", Exit.HOLDS),
        ({"variant": "shared-key"}, "--variant shared-key", Exit.SAFETY),
        ({"variant": "unreported-failures"}, "--variant unreported-failures", Exit.LIVENESS),
        ({"variant": "false-suspicion"}, "--variant false-suspicion", Exit.VIOLATED),
        (
            {"failures": 0, "properties": ["Uniform", "Announced"]},
            "--failures 0 --property Uniform --property Announced",
            Exit.NOT_PROVED,
        ),
        ({"max_states": 50}, "--max-states 50", Exit.LIMIT),
        ({"failures": 0, "engine": "interp"}, "--failures 0 --engine interp", Exit.HOLDS),
        ({"reduce": "all", "liveness": False}, "--reduce all --no-liveness", Exit.HOLDS),
        ({"total_order": True, "delivery": "sending-view"},
         "--total-order --delivery sending-view", Exit.HOLDS),
    ],
)  # fmt: skip
def test_it_says_what_the_command_says(
    command: Command, options: dict[str, Any], words: str, exit: Exit
) -> None:
    result = onevoice.check("2", threads=1, **options)
    arguments = ("check", "--groups", "2", "--threads", "1", *words.split())
    code, text = command(*arguments, "--json")
    assert (result.exit, code) == (exit, exit)
    assert without_times(result.to_json()) == without_times(text)
    assert result.holds is (exit is Exit.HOLDS)
    assert bool(result) is result.holds


def test_its_report_is_the_commands(command: Command) -> None:
    result = onevoice.check("2", failures=0, threads=1, max_memory="1G")
    _, text = command("check", "--groups", "2", "--failures", "0", "--threads", "1",
                      "--max-memory", "1G")  # fmt: skip
    timed = ("a second", "took", "a state")
    lines = [line for line in text.splitlines() if not any(word in line for word in timed)]
    assert lines == [line for line in str(result).splitlines() if line in lines]
    assert lines[-1] in result.verdict


@pytest.mark.parametrize("each", SMALL, ids=lambda each: each.variant.value)
def test_a_variant_violates_what_it_is_expected_to(each: Search) -> None:
    assert each.variant is not None
    result = onevoice.check(each.groups, failures=each.failures, variant=each.variant.value)
    assert result.violated.keys() == set(each.breaks)


def test_a_violated_property_has_a_counterexample(violated: onevoice.Checked) -> None:
    assert list(violated.violated) == ["transmissions", "AtMostOnce"]
    assert violated.properties["AtMostOnce"] == "violated"
    assert violated.properties["Complete"] == "holds"
    found = violated.violated["transmissions"]
    assert (found.violates, found.kind) == ("transmissions", "bound")
    assert found.length == len(found.steps) == len(found.trace)
    assert found.steps[-1].startswith("transmit(")
    assert f"{found.length}  {found.steps[-1]}" in str(found)
    assert repr(found) == (
        f"<Counterexample: transmissions (bound) is violated after {found.length} steps>"
    )


def test_a_counterexample_is_saved_as_a_trace_file(
    violated: onevoice.Checked, tmp_path: Path
) -> None:
    found = violated.violated["transmissions"]
    file = found.save(tmp_path / "trace.itf.json")
    assert file == tmp_path / "trace.itf.json"
    assert read(file) == found.kept
    named = found.save(str(tmp_path))
    assert named == tmp_path / found.kept.file_name
    assert read(named) == found.kept


def test_what_holds_only_vacuously_does_not_hold() -> None:
    result = onevoice.check("2", failures=0, properties=["Uniform", "Announced"])
    assert not result.holds
    assert result.properties["Uniform"] == "vacuous"
    assert result.properties["Complete"] == "not checked"
    assert result.verdict.endswith("Model checking completed, but nothing was really checked.")
    assert not result.violated


def test_what_a_limit_stopped_does_not_hold() -> None:
    result = onevoice.check("2+1", max_states=50)
    assert not result.holds
    assert not result.complete
    assert result.stopped == "the limit of 50 states"
    assert "No error was found in what was covered: that is no proof of the rest." in repr(result)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"variant": "no-wating"}, "variant: no variant 'no-wating': did you mean 'no-waiting'?"),
        ({"properties": ["Compleet"]}, "property 'Compleet': did you mean 'Complete'?"),
        ({"properties": "Compleet"}, "property 'Compleet': did you mean 'Complete'?"),
        ({"delivery": "same"}, "delivery: 'same' is not one of 'sending-view', 'same-view'"),
        ({"failures": -1}, "failures: -1 is not in the range 0<=x<=99"),
        ({"failures": 1.5}, "failures: '1.5' is not a valid integer"),
        ({"failures": "many"}, "failures: 'many' is not a valid integer"),
        ({"max_memory": "much"}, "max_memory: 'much' is no size: write bytes, or as in 512M or 4G"),
        ({"max_seconds": 0}, "max_seconds: 0.0 is not in the range x>0"),
        ({"reduce": "al"}, "reduce: no reduction 'al': did you mean 'all'?"),
        ({"total_order": "yes"}, "'--total-order' does not take a value"),
        ({"reduce": "all", "engine": "interp"}, "has no --reduce: leave one or the other out"),
        ({"liveness": False, "properties": "Termination"},
         "--no-liveness leaves no property to check"),
        ({"scope": {"Member": 2}}, "scope: the exchange has its own"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_refused_with_the_commands_sentence(
    options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        onevoice.check("2", **options)


def test_wrong_groups_are_refused() -> None:
    with pytest.raises(ScopeError, match="groups"):
        onevoice.check("2+x")


def test_memory_is_given_in_bytes_or_as_text() -> None:
    limited = [onevoice.check("2", failures=0, max_memory=size) for size in (3 << 30, "3G")]
    assert {result.searched.ask.limits for result in limited} == {
        limited[0].searched.ask.limits
    }  # both are 3 GiB
    assert "at most 3.0 GiB" in str(limited[0])


# -- other specs --------------------------------------------------------------------------------


def test_any_spec_is_checked_at_a_scope() -> None:
    result = onevoice.check(two_phase_commit.TwoPhase(), two_phase_commit.scope(3))
    assert result.holds
    assert result.states == 288
    assert repr(result).startswith("<Checked: TwoPhase at ResourceManager=3: Model checking ")


@pytest.mark.parametrize("engine", ["native", "interp"])
def test_a_spec_that_is_wrong_is_refuted(engine: Any) -> None:
    staged = stage(semaphore.semaphore("weak"))
    result = onevoice.check(staged, {"Process": 2}, engine=engine)
    assert result.exit is Exit.LIVENESS
    assert result.violated.keys() == {"served"}
    assert "and so on for ever" in str(result.violated["served"])
    assert result.data["run"] == {"spec": "Semaphore", "scope": {"Process": 2}}
    assert result.data["exit"] == Exit.LIVENESS


def test_only_some_properties_of_a_spec_are_checked() -> None:
    spec = semaphore.semaphore("weak")
    result = onevoice.check(spec, {"Process": 2}, properties="exclusive")
    assert result.holds
    assert result.properties["served"] == "not checked"
    with pytest.raises(ValueError, match="no property 'exclusiv': did you mean 'exclusive'\\?"):
        onevoice.check(spec, {"Process": 2}, properties=["exclusiv"])


def test_a_counterexample_of_another_spec_is_not_written_as_one_of_the_exchange(
    tmp_path: Path,
) -> None:
    found = onevoice.check(semaphore.semaphore("weak"), {"Process": 2}).violated["served"]
    with pytest.raises(ValueError, match="this is of Semaphore: `trace` has its states and steps"):
        found.save(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("option", [{"failures": 2}, {"variant": VARIANT}, {"total_order": True}])
def test_another_spec_has_no_options_of_the_exchange(option: dict[str, Any]) -> None:
    check: Any = onevoice.check
    with pytest.raises(ValueError, match=f"{next(iter(option))}: is of the exchange"):
        check(semaphore.semaphore(), {"Process": 2}, **option)


def test_a_wrong_scope_of_a_spec_is_refused() -> None:
    with pytest.raises(ScopeError, match="no sort 'Proces'"):
        onevoice.check(semaphore.semaphore(), {"Proces": 2})
    with pytest.raises(ScopeError, match="gives no size for sort Process"):
        onevoice.check(semaphore.semaphore(), Scope({}))


def test_a_malformed_spec_is_refused() -> None:
    class Wrong(Spec):
        @define
        def nothing(s) -> Any:
            return None

        @action
        def go(s) -> None:
            s.require(s.nothing())

    with pytest.raises(SpecError):
        onevoice.check(Wrong(), {})
