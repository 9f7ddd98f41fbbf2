"""Ctrl-C ends a question at once, also where z3 would take the signal for itself."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from proofs.smt import solver

Start = Callable[..., "subprocess.Popen[str]"]
ENDLESS = """
(declare-sort S 0) (declare-fun f (S S) S) (declare-const a S) (declare-const b S)
(assert (forall ((x S) (y S) (z S)) (= (f x (f y z)) (f (f x y) z))))
(assert (forall ((x S) (y S)) (= (f (f x x) (f y y)) (f (f x y) (f x y)))))
(assert (forall ((x S)) (exists ((y S)) (and (= (f y x) a) (not (= x y))))))
(assert (not (= (f a b) (f b a))))
"""
ASKS = """
import sys
from proofs.smt.solver import {name}
print("asking", flush=True)
try:
    {call}
except KeyboardInterrupt:
    sys.exit(130)
"""
LIMIT_S = 120.0


def interrupted_again_and_again(running: subprocess.Popen[str]) -> int:
    """Ends a program as an impatient user does: the first signal may come before z3 is asked."""
    while True:
        try:
            return running.wait(0.5)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGINT)


@pytest.mark.parametrize(
    "call",
    [
        "ask(sys.stdin.read(), Settings({limit}))",
        "needed(sys.stdin.read(), {{0: 'x'}}, Settings({limit}))",
    ],
)
def test_an_interrupt_while_z3_works_is_one(call: str) -> None:
    text = ASKS.format(name=f"{call.partition('(')[0]}, Settings", call=call.format(limit=LIMIT_S))
    running = subprocess.Popen(
        [sys.executable, "-c", text], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(ENDLESS)
    running.stdin.close()
    assert running.stdout.readline() == "asking\n"
    assert interrupted_again_and_again(running) == 130
    running.stdout.close()


def test_what_z3_says_of_an_interrupt_is_not_taken_for_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import z3

    script = "(declare-const p Bool) (assert p)"
    monkeypatch.setattr(z3.Solver, "check", lambda *_: z3.unknown)
    for reason in solver.STOPPED:
        monkeypatch.setattr(z3.Solver, "reason_unknown", lambda _, reason=reason: reason)
        with pytest.raises(KeyboardInterrupt):
            solver.ask(script, solver.Settings())
        with pytest.raises(KeyboardInterrupt):
            solver.needed(script, {0: "p"}, solver.Settings())
    for reason, settings in (
        ("timeout", solver.Settings()),
        ("canceled", solver.Settings(0.0)),  # by its limit
    ):
        monkeypatch.setattr(z3.Solver, "reason_unknown", lambda _, reason=reason: reason)
        assert solver.ask(script, settings).reason == reason
        assert solver.needed(script, {0: "p"}, settings) is None


def test_ctrl_c_ends_a_question_with_one_line(program: Start) -> None:
    running = program("ask", "--limit-s", "100", "∀ m: Member. ¬crashed(m) ∨ crashed(m)")
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith("Candidate"):
            break
    running.send_signal(signal.SIGINT)
    _, err = running.communicate()
    assert running.returncode == 130
    assert err == "onevoice: Interrupted.\n"
