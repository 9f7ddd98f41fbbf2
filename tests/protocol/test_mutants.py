"""Turning a line of the protocol into its opposite makes the check red.

A mutant is red if a property is violated, if there is a deadlock, or if the spec is malformed. What
is turned and stays green is listed too, with the reason; where the reason is that no property
looks, the spec lacks one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from model.lang import SpecError, stage
from model.protocol import ExchangeScope
from model.scope import Finite
from model.search import Limits, Status, check
from tests.protocol.mutants import DoesNotApply, exchange_of, mutated

RED = Limits(threads=1, stop_at_first=True)


@dataclass(frozen=True)
class Mutation:
    """A piece of one line, what it becomes, and the scope at which that shows.

    Attributes:
        sentence: what the mutant does, as the test's name.
        why: why a mutant that stays green does.
    """

    sentence: str
    file: str
    old: str
    new: str
    groups: str = "2+1"
    failures: int = 1
    delivery: str = "same-view"
    why: str = ""


TURNED = [
    Mutation(
        "the leader is one that does not lead",
        "exchange",
        "s.together(v, x, m), ~s.switches.goes_before(x, m)),",
        "s.together(v, x, m), s.switches.goes_before(x, m)),",
    ),
    Mutation(
        "only who has spoken must speak",
        "exchange",
        "& ~s.sent[Kind.data, m, v]",
        "& s.sent[Kind.data, m, v]",
    ),
    Mutation(
        "only a set indicator makes the leader speak",
        "exchange",
        "else ~s.indicator[m])",
        "else s.indicator[m])",
    ),
    Mutation(
        "only the crashed take part",
        "exchange",
        "return ~s.crashed[m] & s.exchanging(m, v)",
        "return s.crashed[m] & s.exchanging(m, v)",
    ),
    Mutation(
        "a leader speaks when it has acknowledged",
        "exchange",
        "else ~acknowledged",
        "else acknowledged",
    ),
    Mutation(
        "a leader takes back what it sent",
        "exchange",
        "s.sent[Kind.data, m, v] = True",
        "s.sent[Kind.data, m, v] = False",
    ),
    Mutation(
        "speaking clears the indicator",
        "exchange",
        "            s.indicator[m] = True",
        "            s.indicator[m] = False",
    ),
    Mutation(
        "who has acknowledged acknowledges",
        "exchange",
        "s.in_round(m, v), ~s.sent[Kind.ack, m, v]",
        "s.in_round(m, v), s.sent[Kind.ack, m, v]",
    ),
    Mutation(
        "who must speak acknowledges instead",
        "exchange",
        "s.require(~s.must_speak(m, v))",
        "s.require(s.must_speak(m, v))",
    ),
    Mutation(
        "an acknowledgment is never sent",
        "exchange",
        "s.sent[Kind.ack, m, v] = True",
        "s.sent[Kind.ack, m, v] = False",
        groups="1+1",
    ),
    Mutation(
        "an acknowledgment is not sent at all",
        "exchange",
        "s.sent[Kind.ack, m, v] = True",
        "pass",
    ),
    Mutation(
        "only the crashed complete",
        "exchange",
        "s.require(~s.crashed[m], s.exchanging(m, v))",
        "s.require(s.crashed[m], s.exchanging(m, v))",
    ),
    Mutation(
        "who lacks an acknowledgment completes",
        "exchange",
        "s.require(s.has_every_acknowledgment(m, v))",
        "s.require(~s.has_every_acknowledgment(m, v))",
    ),
    Mutation(
        "completing is forgotten",
        "exchange",
        "s.completed[m, v] = True",
        "s.completed[m, v] = False",
        groups="1+1",
    ),
    Mutation(
        "of what is received, what nobody holds is taken",
        "exchange",
        "& s.held[p, r, d],",
        "& ~s.held[p, r, d],",
        groups="1+1j",
        delivery="sending-view",
    ),
    Mutation(
        "data of other subgroups sets the indicator",
        "service",
        "& s.together(w, q, p))",
        "& ~s.together(w, q, p))",
    ),
    Mutation(
        "a request keeps the indicator, and anything else clears it",
        "service",
        "s.indicator[m] = s.indicator[m] & ~s.belongs[v, v]",
        "s.indicator[m] = s.indicator[m] & s.belongs[v, v]",
    ),
    Mutation(
        "what was delivered is delivered again, and nothing else",
        "service",
        "            ~s.delivered[q, k, p, v],",
        "            s.delivered[q, k, p, v],",
    ),
    Mutation(
        "a message is never placed",
        "service",
        "s.placed[w, k, p, v] = True",
        "s.placed[w, k, p, v] = False",
        groups="1+1",
    ),
    Mutation(
        "the view after a failure holds the failed",
        "service",
        "s.in_view[v, :] = lambda m: s.in_view[u, m] & ~s.failed(m)",
        "s.in_view[v, :] = lambda m: s.in_view[u, m] & s.failed(m)",
    ),
    Mutation(
        "the view after a failure belongs to other requests",
        "service",
        "s.belongs[v, :] = lambda r: s.belongs[u, r]",
        "s.belongs[v, :] = lambda r: ~s.belongs[u, r]",
    ),
    Mutation(
        "a view is settled that is not",
        "service",
        "s.settled[v] = s.over(u)",
        "s.settled[v] = ~s.over(u)",
        failures=2,
    ),
    Mutation(
        "a member installs no view",
        "service",
        "s.installed[m, v] = True",
        "s.installed[m, v] = False",
        groups="1+1",
    ),
    Mutation(
        "a request starts nothing",
        "service",
        "s.belongs[v, v] = True",
        "s.belongs[v, v] = False",
        groups="1+1,1j",
        failures=0,
        delivery="sending-view",
    ),
    Mutation(
        "who has completed is in the subgroup of before",
        "service",
        "| s.over(u) | s.together(u, x, y))",
        "| ~s.over(u) | s.together(u, x, y))",
        groups="1+1,1j",
        failures=0,
        delivery="sending-view",
    ),
    Mutation(
        "who arrives together has nothing in common, and who does not has",
        "service",
        "& s.arrives[y, a] & s.origin[x, y])",
        "& s.arrives[y, a] & ~s.origin[x, y])",
        groups="1+1,1",
        failures=0,
        delivery="sending-view",
    ),
    Mutation(
        "whoever completes holds everything",
        "exchange",
        "            s.holds[m, d],",
        "            True,",
    ),
    Mutation(
        "data that was sent is processed though it was not received",
        "exchange",
        "                & s.delivered[m, Kind.data, p, u]",
        "                & True",
    ),
    Mutation(
        "all data that anybody holds is processed",
        "exchange",
        "                & s.held[p, r, d],",
        "                | s.held[p, r, d],",
    ),
    Mutation(
        "whoever is told of a request speaks of all the data there is",
        "service",
        "s.held[m, v, :] = lambda d: s.belongs[v, v] & s.holds[m, d]",
        "s.held[m, v, :] = lambda d: s.belongs[v, v] | s.holds[m, d]",
        groups="1+1,1j",
        failures=0,
        delivery="sending-view",
    ),
    Mutation(
        "who has completed together speaks with several voices in the next request",
        "service",
        "| s.over(u) | s.together(u, x, y))",
        "| s.together(u, x, y))",
        groups="1+1,1j",
        failures=0,
        delivery="sending-view",
    ),
]

GREEN = [
    Mutation(
        "a leader that has spoken may speak again in the round",
        "exchange",
        "& ~s.sent[Kind.data, m, v]",
        "& True",
        why="the indicator, which it set when it spoke, says the same; only a variant needs it",
    ),
    Mutation(
        "the indicator is cleared at first",
        "service",
        "s.indicator[:] = lambda m: exists(Datum, lambda d: s.brings[m, d])",
        "s.indicator[:] = False",
        why="the first request clears it when it is installed; only a variant needs it set",
    ),
    Mutation(
        "a message that was delivered may be delivered again",
        "service",
        "            ~s.delivered[q, k, p, v],",
        "            True,",
        groups="1+1",
        why="delivered twice is delivered: a repetition leads to the state where it began",
    ),
    Mutation(
        "a crashed member may get messages",
        "service",
        "            ~s.crashed[q],\n",
        "",
        why="a crash takes away every view, and messages are delivered in a view",
    ),
]


def is_red(mutation: Mutation, folder: Path) -> bool:
    with mutated(folder, mutation.file, mutation.old, mutation.new) as protocol:
        spec = exchange_of(protocol, mutation.delivery, mutation.failures)
        scope = ExchangeScope.parse(mutation.groups, mutation.failures).scope()
        try:
            finite = Finite(stage(spec), scope)
        except SpecError:
            return True
        result = check(finite, limits=RED)
    vacuous = any(f.status is Status.VACUOUS for f in result.findings.values())
    return bool(result.violated) or result.stopped is not None or vacuous


def sentence(mutation: Mutation) -> str:
    return mutation.sentence


@pytest.mark.parametrize("mutation", TURNED, ids=sentence)
def test_a_line_turned_into_its_opposite_is_noticed(mutation: Mutation, tmp_path: Path) -> None:
    assert is_red(mutation, tmp_path)


@pytest.mark.parametrize("mutation", GREEN, ids=sentence)
def test_what_is_turned_and_not_noticed_is_known(mutation: Mutation, tmp_path: Path) -> None:
    assert mutation.why
    assert not is_red(mutation, tmp_path), "it is noticed now: move it to those that are"


def test_without_a_mutation_the_copy_is_green(tmp_path: Path) -> None:
    same = "s.sent[Kind.ack, m, v] = True"
    assert not is_red(Mutation("nothing changes", "exchange", same, same), tmp_path)


def test_a_mutation_that_does_not_apply_is_an_error(tmp_path: Path) -> None:
    with (
        pytest.raises(DoesNotApply, match="'nowhere' 0 times, not once"),
        mutated(tmp_path, "exchange", "nowhere", "somewhere"),
    ):
        pass
