"""Asks a solver whether formulas have a model. Every call has a limit."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

UNSAT, SAT, UNKNOWN = "unsat", "sat", "unknown"
MEMORY_MIB_MAX = 1024  # of z3; a question that needs more is not answered
STOPPED = ("canceled", "interrupted", "interrupted from keyboard")  # as z3 says of itself
EARLY = 0.99  # of the limit of a question


@dataclass(frozen=True)
class Answer:
    """What a solver said.

    Attributes:
        result: `unsat`, `sat` or `unknown`.
        seconds: it took.
        reason: why it is unknown.
    """

    result: str
    seconds: float
    reason: str = ""


@dataclass(frozen=True)
class Settings:
    """How to ask.

    Attributes:
        seconds: at most.
        seed: of all chance.
    """

    seconds: float = 10.0
    seed: int = 0


def ask(script: str, settings: Settings) -> Answer:
    """Asks z3.

    Args:
        script: commands of SMT-LIB that declare and assert.
        settings: how.

    Raises:
        KeyboardInterrupt: the user interrupted.
    """
    import z3

    solver = z3.Solver(ctx=z3.Context())
    _set(solver, settings)
    solver.from_string(script)
    begin = time.perf_counter()
    result = str(solver.check())
    seconds = time.perf_counter() - begin
    return Answer(result, seconds, _reason(solver, seconds, settings) if result == UNKNOWN else "")


def needed(script: str, groups: Mapping[int, str], settings: Settings) -> frozenset[str] | None:
    """Asks z3 which groups of formulas have no model together.

    Args:
        script: commands of SMT-LIB that declare and assert.
        groups: the group of an assertion, by its number from 0; the others are always there.
        settings: how.

    Returns:
        The groups of an unsatisfiable core; None if there is a model, or nothing is known.

    Raises:
        KeyboardInterrupt: the user interrupted.
    """
    import z3

    context = z3.Context()
    solver = z3.Solver(ctx=context)
    _set(solver, settings)
    switches: dict[str, object] = {}
    for number, formula in enumerate(z3.parse_smt2_string(script, ctx=context)):
        group = groups.get(number)
        if group is None:
            solver.add(formula)
        else:
            switch = switches.setdefault(group, z3.Bool(f"group {group}", context))
            solver.add(z3.Implies(switch, formula))
    begin = time.perf_counter()
    result = str(solver.check(*switches.values()))
    if result == UNKNOWN:
        _reason(solver, time.perf_counter() - begin, settings)
    if result != UNSAT:
        return None
    core = {str(each) for each in solver.unsat_core()}
    return frozenset(group for group in switches if f"group {group}" in core)


def look_for_interrupt(reason: str, seconds: float, limit_s: float) -> None:
    """Raises if the user interrupted z3, which takes that for itself and goes on.

    It says no more than that it was stopped: by whom can be told only by when.

    Args:
        reason: why it does not know.
        seconds: it took.
        limit_s: it might have taken.

    Raises:
        KeyboardInterrupt: the user interrupted.
    """
    if seconds < EARLY * limit_s and reason in STOPPED:
        raise KeyboardInterrupt


def _reason(solver: object, seconds: float, settings: Settings) -> str:
    """Why z3 does not know."""
    reason = str(solver.reason_unknown())  # type: ignore[attr-defined]
    look_for_interrupt(reason, seconds, settings.seconds)
    return reason


def _set(solver: object, settings: Settings) -> None:
    solver.set("timeout", round(1000 * settings.seconds))  # type: ignore[attr-defined]
    solver.set("max_memory", MEMORY_MIB_MAX)  # type: ignore[attr-defined]
    solver.set("random_seed", settings.seed)  # type: ignore[attr-defined]


def z3_version() -> str:
    """The version of z3: another one may need other hints."""
    import z3

    return str(z3.get_version_string())


STRATEGIES = ("mbqi", "full-saturate-quant")
"""How cvc5 instantiates quantifiers: by models of the rest; by all terms, one after the other."""


def second_opinion(script: str, settings: Settings) -> Answer:
    """Asks cvc5, which shares no code with z3.

    Args:
        script: commands of SMT-LIB that declare and assert.
        settings: how; the time is for each of the strategies, of which the second is tried only
            where the first does not know.

    Raises:
        ModuleNotFoundError: cvc5 is not installed.
    """
    answer, seconds = Answer(UNKNOWN, 0.0), 0.0
    for strategy in STRATEGIES:
        answer = _ask_cvc5(script, settings, strategy)
        seconds += answer.seconds
        if answer.result != UNKNOWN:
            break
    return Answer(answer.result, seconds, answer.reason)


def _ask_cvc5(script: str, settings: Settings, strategy: str) -> Answer:
    import cvc5

    manager = cvc5.TermManager()
    solver = cvc5.Solver(manager)
    solver.setOption("tlimit-per", str(round(1000 * settings.seconds)))
    solver.setOption("seed", str(settings.seed))
    solver.setOption(strategy, "true")
    solver.setLogic("UF")
    symbols = cvc5.SymbolManager(manager)
    parser = cvc5.InputParser(solver, symbols)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, f"{script}\n", "obligation")
    begin = time.perf_counter()
    while not (command := parser.nextCommand()).isNull():
        command.invoke(solver, symbols)
    result = solver.checkSat()
    seconds = time.perf_counter() - begin
    if result.isUnsat():
        return Answer(UNSAT, seconds)
    if result.isSat():
        return Answer(SAT, seconds)
    return Answer(UNKNOWN, seconds, str(result.getUnknownExplanation()))
