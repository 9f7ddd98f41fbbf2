"""What do SAT solvers find and prove, and how long does it take them?

First every variant that breaks safety: bounded model checking must refute the same properties as
explicit search by as few steps, the long ones too, for which the tests have no time. Then proofs of
the protocol as it is shipped by IC3, on scopes of which most are too large to be searched.
"""

from __future__ import annotations

import time
from itertools import product

from benchmarks.bench import Bench, Row
from benchmarks.scopes import SAME, SENDING, short
from model.protocol import Variant
from model.search import check
from proofs.ground.bmc import bounded
from proofs.ground.outcome import Answer
from proofs.ground.replay import Replay
from proofs.ground.sat import Budget, Limits
from proofs.ground.several import Way, check_all
from proofs.ground.targets import targets
from traces.run import Run

NAME, TITLE = "bounded", "Bounded: safety by SAT solvers, refuted (bmc) and proved (ic3)"
COLUMNS = ("checker", "scope", "how", "refuted", "proved", "open", "clauses", "clock s")
REFUTED = [
    *(
        Run(groups, 1, delivery=delivery, variant=variant)
        for groups, delivery, variant in product(("2", "2j+1", "2+1"), (SAME, SENDING), Variant)
    ),
    Run("1+1,1j", 0, variant=Variant.FORGETS_SUBGROUPS),
]
REFUTED_QUICK = REFUTED[: len(Variant)]
PROVED = [
    Run(groups, failures, delivery=delivery)
    for groups, failures, delivery in product(("2+1", "2+2", "3+1j"), (1, 2), (SAME, SENDING))
]
PROVED_QUICK = PROVED[:2]
LIMIT_S = 600.0


def run(bench: Bench) -> None:
    """The variants, then the shipped protocol."""
    refuted, proved = (REFUTED_QUICK, PROVED_QUICK) if bench.quick else (REFUTED, PROVED)
    if bench.scopes:
        refuted, proved = [], list(bench.scopes)
    for scope in refuted:
        bench.say(f"bmc: {short(scope)}")
        _refute(bench, scope)
    for scope in proved:
        bench.say(f"ic3: {short(scope)}")
        _prove(bench, scope)


def _refute(bench: Bench, run: Run) -> None:
    found = check(run.finite).findings.values()
    must = {f.name: len(f.trace) for f in found if f.trace and f.kind != "leads-to"}
    if not must:
        return
    replay, begun = Replay(run.finite), time.perf_counter()
    outcomes = bounded(
        replay, targets(replay.system.ground), max(must.values()), Budget(Limits(LIMIT_S))
    )
    is_ = {
        name: len(o.finding.trace)
        for name, o in outcomes.items()
        if o.finding is not None and o.finding.trace is not None
    }
    late = any("limit" in o.why for o in outcomes.values())
    # What a limit kept from being found is open; what was found must be right all the same.
    if is_ != must and not (late and is_.items() <= must.items()):
        said = f"lengths {is_} instead of {must}"
        bench.rows.append(Row(NAME, "bmc", "", run, failure=said, disagreement=said))
    lengths = ", ".join(str(length) for length in sorted(is_.values()))
    taken = time.perf_counter() - begun
    _line(bench, "bmc", run, f"after {lengths}", len(is_), 0, len(must) - len(is_), "", taken)


def _prove(bench: Bench, run: Run) -> None:
    replay, begun = Replay(run.finite), time.perf_counter()
    way = Way("ic3", limits=Limits(LIMIT_S))
    outcomes = check_all(replay, targets(replay.system.ground), way)
    answers = [outcome.answer for outcome in outcomes]
    refuted = [o.target.name for o in outcomes if o.answer is Answer.VIOLATED]
    if refuted and run.variant is None:
        said = f"refuted: {', '.join(refuted)}"
        bench.rows.append(Row(NAME, "ic3", "", run, failure=said, disagreement=said))
    holding = answers.count(Answer.HOLDS) + answers.count(Answer.VACUOUS)
    clauses = max((len(o.certificate) for o in outcomes if o.certificate is not None), default=0)
    open_ = len(answers) - holding - len(refuted)
    taken = time.perf_counter() - begun
    _line(bench, "ic3", run, "", len(refuted), holding, open_, f"{clauses:,}", taken)


def _line(
    bench: Bench, checker: str, run: Run, how: str, refuted: int, proved: int, open_: int,
    clauses: str, seconds: float,
) -> None:  # fmt: skip
    bench.cells.setdefault(NAME, []).append(
        {
            "checker": checker,
            "scope": short(run),
            "how": how,
            "refuted": str(refuted),
            "proved": str(proved),
            "open": str(open_),
            "clauses": clauses,
            "clock s": f"{seconds:.1f}",
        }
    )
