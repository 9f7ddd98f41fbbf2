"""Which invariants are found from a spec and a property alone, and how soon?

The classics as they are, then their wrong variants, of which nothing may be inferred. Beside ours
stand the times that were measured with mypyvy's `updr` on its own text of the same protocol, as
far as there is one (z3 5.4.1, two shared cores; not on the same machine, so only far apart figures
say anything).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from benchmarks.bench import Bench
from benchmarks.process import CheckerError
from model.lang import Spec
from proofs.inference import Answer, Counterexample, Inferred, Limits, Unknown, infer
from tests.classics import (
    alternating_bit,
    lock_server,
    paxos,
    peterson,
    philosophers,
    ring_leader,
    semaphore,
    ticket,
    token_ring,
    toy_consensus,
    two_phase_commit,
)

NAME, TITLE = "inference", "Inference: an invariant from a spec and a property"
COLUMNS = ("scope", "how", "", "clauses", "queries", "clock s", "CPU s", "updr s")
SECONDS = 120.0


@dataclass(frozen=True)
class Case:
    """What is inferred from, and what is known of it.

    Attributes:
        title: of the row.
        name: of the property.
        holds: the property holds at every size.
        others: what mypyvy's updr took, in seconds.
        open: nothing is found out within a minute, so it is left out where time is short.
    """

    title: str
    spec: Spec
    name: str
    holds: bool = True
    others: str = ""
    open: bool = False


CASES = (
    Case("lock server", lock_server.lock_server(), "exclusive", others="2–8"),
    Case("ring election", ring_leader.ring_leader(), "one_leader", others="20–27"),
    Case("toy consensus", toy_consensus.ToyConsensus(), "agreement", others="2–4"),
    Case("ticket lock", ticket.ticket(), "exclusive", others="13"),
    Case("two-phase commit", two_phase_commit.TwoPhase(), "consistent"),
    Case("Peterson", peterson.peterson(), "exclusive", others="14"),
    Case("semaphore", semaphore.semaphore(), "exclusive"),
    Case("philosophers", philosophers.Philosophers(), "one_hand_on_a_fork"),
    Case("Paxos", paxos.Paxos(), "one_proposal"),
    Case("Paxos", paxos.Paxos(), "agreement", others="> 180"),
    Case("ring election", ring_leader.ring_leader(), "rightful_leader", open=True),
    Case("alternating bit", alternating_bit.alternating_bit(), "in_order", open=True),
    Case("token ring", token_ring.token_ring("at first"), "somebody_privileged", open=True),
    Case("lock server, wrong", lock_server.lock_server(repeated=True), "exclusive", False),
    Case("ring election, wrong", ring_leader.ring_leader(unique=False), "one_leader", False),
    Case("toy consensus, wrong", toy_consensus.ToyConsensus(False), "agreement", False),
    Case("two-phase, wrong", two_phase_commit.TwoPhase(hasty=True), "consistent", False),
    Case("Peterson, wrong", peterson.peterson(polite=False), "exclusive", False),
    Case("Paxos, wrong", paxos.Paxos(intersecting=False), "agreement", False),
)


def run(bench: Bench) -> None:
    """Each once.

    Raises:
        CheckerError: something was inferred that is not so, or refuted that is.
    """
    limits = Limits(seconds=SECONDS)
    wrong = []
    for case in CASES:
        if case.open and bench.quick:
            continue
        bench.say(f"inference: {case.title}, {case.name}")
        begun = time.process_time()
        answer = infer(case.spec, case.name, limits)
        _line(bench, case, answer, time.process_time() - begun)
        if isinstance(answer, Counterexample if case.holds else Inferred):
            wrong.append(f"{case.title}, {case.name}: {type(answer).__name__}")
        if isinstance(answer, Unknown):
            bench.note(NAME, f"{case.title}, {case.name}: {answer.why}")
    if wrong:
        raise CheckerError(f"wrong: {'; '.join(wrong)}")


def _line(bench: Bench, case: Case, answer: Answer, cpu_seconds: float) -> None:
    match answer:
        case Inferred(invariant=invariant, how=how, queries=queries):
            said, clauses, asked = "inferred", str(len(invariant)), f"{queries:,}"
        case Counterexample(finding=finding):
            assert finding.trace is not None
            said, how, clauses, asked = f"violated in {len(finding.trace)} steps", "", "", ""
        case Unknown(queries=queries):
            said, how, clauses, asked = "unknown", "", "", f"{queries:,}"
    bench.cells.setdefault(NAME, []).append(
        {
            "scope": f"{case.title}: {case.name}",
            "how": how,
            "": said,
            "clauses": clauses,
            "queries": asked,
            "clock s": f"{answer.seconds:.1f}",
            "CPU s": f"{cpu_seconds:.1f}",
            "updr s": case.others,
        }
    )
