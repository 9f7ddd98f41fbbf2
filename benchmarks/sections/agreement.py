"""Do others count the same states and transitions, and find the same properties violated?"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from benchmarks.bench import OURS, Bench, Row
from benchmarks.checkers import (
    OPTIMISED,
    QUICKLY_BUILT,
    Outcome,
    RumurOptions,
    TlcOptions,
    build_rumur,
    build_spin,
    build_tlc,
    counted_by_spin,
)
from benchmarks.parts import DEADLOCK, of_safety, only
from benchmarks.scopes import AGREEMENT, AGREEMENT_QUICK
from model.export import export, murphi
from model.scope import Finite
from traces.run import Run

NAME, TITLE = "agreement", "Agreement: the same states, transitions and verdicts"
COLUMNS = ("checker", "how", "scope", "states", "transitions", "ready s", "clock s", "")
WORTH_COMPILING = 3_000  # states from which on optimising Rumur pays
SLOW_MAX = 60_000  # states at most for those whom larger scopes take minutes


def run(bench: Bench) -> None:
    """Each scope by our engine and by every other checker that is here."""
    scopes = bench.scopes or (AGREEMENT_QUICK if bench.quick else AGREEMENT)
    agreed = asked = 0
    for scope in scopes:
        bench.add(Row(NAME, OURS, "", scope), partial(bench.reference, scope))
        ours = bench.reference(scope)
        witnesses = []
        if bench.lacks("SPIN") is None:
            witnesses.append(by_spin(bench, scope, ours))
        small = bench.full or ours.states <= SLOW_MAX
        if bench.lacks("Rumur") is None and small:
            witnesses += by_one_that_stops(bench, scope, ours, "Rumur")
        if bench.lacks("TLC") is None and small:
            witnesses += by_one_that_stops(bench, scope, ours, "TLC")
        if {"SPIN", "Rumur"} <= {row.checker for row in witnesses}:
            asked += 1
            agreed += not any(row.disagreement or row.failure for row in witnesses)
    bench.measured["agreed"] = (agreed, asked)
    bench.note(NAME, "SPIN counts its initial state, and each error, as a transition more")
    if not bench.full:
        bench.note(NAME, f"beyond {SLOW_MAX:,} states SPIN alone is asked, without --full")
    for checker in ("SPIN", "Rumur", "TLC"):
        if lacking := bench.lacks(checker):
            bench.note(NAME, lacking)


def spin_must(ours: Outcome, said: Outcome) -> Outcome:
    """SPIN's counts for ours: it counts an initial state and each error as a transition."""
    states, transitions = counted_by_spin(ours.states, ours.transitions, 1, said.errors)
    return Outcome(states, transitions, ours.violated, said.errors)


def by_spin(bench: Bench, scope: Run, ours: Outcome) -> Row:
    """SPIN goes past errors: one search tells all."""
    return bench.add(
        Row(NAME, "SPIN", "", scope),
        lambda: build_spin(bench.text(scope, "promela"), bench.new_folder()).search(),
        lambda said: spin_must(ours, said),
    )


def by_one_that_stops(bench: Bench, scope: Run, ours: Outcome, checker: str) -> list[Row]:
    """A checker that stops at an error: what holds in one search, what does not each in its own."""
    finite = of_safety(scope.finite)
    holds = {p.name for p in finite.staged.properties} | {DEADLOCK}
    initial = 1 if checker == "TLC" else 0  # which TLC counts as generated
    must = replace(ours, transitions=ours.transitions + initial, violated=frozenset[str]())
    rows = [
        bench.add(
            Row(NAME, checker, "what holds" if ours.violated else "", scope),
            lambda: search(bench, checker, only(finite, holds - ours.violated), ours.states),
            lambda _: must,
        )
    ]
    for name in sorted(ours.violated):
        rows.append(
            bench.add(
                Row(NAME, checker, f"{name} alone", scope, note="to the first error"),
                partial(search, bench, checker, only(finite, {name}), ours.states),
                partial(replace, violated=frozenset({name})),
            )
        )
    return rows


def search(bench: Bench, checker: str, finite: Finite, states: int) -> Outcome:
    """One search of a small scope."""
    folder = bench.new_folder()
    if checker == "Rumur":
        compiler = QUICKLY_BUILT if states < WORTH_COMPILING else OPTIMISED
        return build_rumur(murphi(finite), folder, RumurOptions(compiler)).search()
    assert bench.jar is not None
    return build_tlc(export(finite, "tla"), folder, TlcOptions(bench.jar)).search()
