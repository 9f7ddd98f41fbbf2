"""How soon is a scope of millions of states searched, on one thread and on two?

Every way of building SPIN that may be its best is tried once. The best of the exact ones and our
engine, on one thread and on two, exact and by fingerprints, then search in turn, several times
over.
"""

from __future__ import annotations

from functools import partial

from benchmarks.bench import OURS, Bench, Row, Spread, rate
from benchmarks.checkers import (
    OPTIMISED,
    Built,
    Outcome,
    RumurOptions,
    SpinOptions,
    TlcOptions,
    build_rumur,
    build_spin,
    build_tlc,
)
from benchmarks.ours import ours
from benchmarks.process import CheckerError, Limits
from benchmarks.scopes import MAIN, MAIN_QUICK, SMALLER, SMALLER_QUICK, short
from benchmarks.sections.agreement import spin_must
from model.search.exploration import Seen
from traces.run import Run

NAME, TITLE = "speed", "Speed: one large scope"
COLUMNS = (
    "checker", "how", "scope", "states", "transitions", "ready s", "start s", "clock s", "CPU s",
    "states/s", "trans/s", "seen B", "peak B", "",
)  # fmt: skip

MEMORY_BYTES = 14 << 30
SECONDS = 1800.0
_O2 = ("cc", "-w", "-O2")
_WITHIN = Limits(SECONDS, MEMORY_BYTES)
_AT_LEISURE = Limits(24 * 3600, MEMORY_BYTES)

# Ours: what is said of it, how it remembers states, its threads.
WAYS: tuple[tuple[str, Seen, int], ...] = (
    ("", "exact", 1),
    ("2 threads", "exact", 2),
    ("fingerprints", "fingerprints", 1),
    ("fingerprints, 2 threads", "fingerprints", 2),
)

# What is said of it, whether it is exact, its cores, its compiler, its directives.
SPIN = (
    ("-O3 -march=native", True, 1, OPTIMISED, ()),
    ("-O2", True, 1, _O2, ()),
    ("-O2 -DSPACE", True, 1, _O2, ("-DSPACE", "-DNOBOUNDCHECK")),
    ("-O2 -DCOLLAPSE", True, 1, _O2, ("-DCOLLAPSE",)),
    ("-O2 -DHC4", False, 1, _O2, ("-DHC4",)),
    ("-O2 -DBFS_PAR -u2", False, 2, _O2, ("-DBFS_PAR",)),
)


def run(bench: Bench) -> None:
    """The scopes asked for, or the main one."""
    for scope in bench.scopes or ((MAIN_QUICK if bench.quick else MAIN),):
        of_scope(bench, scope)
    for checker in ("SPIN", "Rumur", "TLC"):
        if lacking := bench.lacks(checker):
            bench.note(NAME, lacking)


def of_scope(bench: Bench, scope: Run) -> None:
    """All checkers on one scope, those that would take too long on a smaller one."""
    best = best_of_spin(bench, scope) if bench.lacks("SPIN") is None else None
    rows = [
        Row(NAME, OURS, how, scope, exact=seen == "exact", threads=threads)
        for how, seen, threads in WAYS
    ]
    built = [ours(scope, seen=seen, threads=threads) for _, seen, threads in WAYS]
    musts = [bench.as_ours(scope)] * len(WAYS)
    if best is not None:
        rows.insert(0, Row(NAME, "SPIN", f"{best[0]}, in turn with ours", scope))
        built.insert(0, best[1])
        musts.insert(0, partial(spin_must, bench.reference(scope)))
    rounds = bench.in_turn(rows, built, musts)
    one, two, hashed, hashed_by_two = (
        [outcomes[number - len(WAYS)] for outcomes in rounds] for number in range(len(WAYS))
    )
    bench.measured |= {"main": one[0], "main by fingerprints": hashed[0]}
    bench.measured["two"] = compare(bench, "two threads of ours / one", two, one, cpu=False)
    said = "two threads of ours by fingerprints / one"
    compare(bench, said, hashed_by_two, hashed, cpu=False)
    if best is not None:
        spin = [outcomes[0] for outcomes in rounds]
        said = "one thread of ours / SPIN's best exact"
        bench.measured["spin"] = compare(bench, said, one, spin)
        compare(bench, "two threads of ours / SPIN's best exact", two, spin, cpu=False)
        said = "one thread of ours by fingerprints / SPIN's best exact"
        bench.measured["spin by fingerprints"] = compare(bench, said, hashed, spin)
    for checker in ("Rumur", "TLC"):
        if bench.lacks(checker) is None:
            slower(bench, checker, scope, Spread.of([rate(each) for each in one]).middle)


def compare(
    bench: Bench, said: str, faster: list[Outcome], slower: list[Outcome], cpu: bool = True
) -> Spread:
    """The ratios of states a second, round by round."""
    clock = Spread.of([rate(a) / rate(b) for a, b in zip(faster, slower, strict=True)])
    text = f"{said}: {clock} times the states/s by the clock"
    if cpu:
        by_cpu = [_cpu(b) / _cpu(a) for a, b in zip(faster, slower, strict=True)]
        text += f", {Spread.of(by_cpu)} by processor time"
    bench.note(NAME, f"{text}: median (least to most) of {len(faster)}")
    return clock


def _cpu(outcome: Outcome) -> float:
    assert outcome.cost is not None
    return max(outcome.cost.cpu_seconds, 1e-3)


def best_of_spin(bench: Bench, scope: Run) -> tuple[str, Built] | None:
    """Tries what may be SPIN's best; returns the exact one on one core that takes least CPU."""
    reference, tried = bench.reference(scope), list[tuple[float, str, Built]]()
    # About one and a half slots a state; a larger table was no faster where it was tried.
    bits = max(18, (reference.states * 3 // 2).bit_length())
    for how, exact, cores, compiler, flags in SPIN:
        options = SpinOptions(
            compiler, flags, bits, 10_000, (MEMORY_BYTES >> 20) - 512, cores,
            Limits(SECONDS, None) if cores > 1 else _WITHIN,
        )  # fmt: skip
        built: list[Built] = []

        def search(options: SpinOptions = options, built: list[Built] = built) -> Outcome:
            built.append(build_spin(bench.text(scope, "promela"), bench.new_folder(), options))
            return built[0].search()

        row = bench.add(
            Row(NAME, "SPIN", how, scope, exact=exact, threads=cores),
            search,
            lambda said: spin_must(reference, said),
        )
        if exact and cores == 1 and row.outcome is not None and row.disagreement is None:
            tried.append((_cpu(row.outcome), how, built[0]))
    if not tried:
        return None
    _, how, best = min(tried, key=lambda each: each[0])  # noise of others hits it less
    return how, best


def slower(bench: Bench, checker: str, main: Run, our_rate: float) -> None:
    """A checker that takes minutes or hours over the main scope."""
    scope = main if bench.full else SMALLER_QUICK if bench.quick else SMALLER
    reference = bench.reference(scope)
    must = Outcome(
        reference.states, reference.transitions + (1 if checker == "TLC" else 0),
        reference.violated, 0,
    )  # fmt: skip
    for threads in (1, 2):
        how = "-O3 -march=native" if checker == "Rumur" else "-XX:+UseParallelGC"
        how += ", 2 threads" if threads == 2 else ""
        row = bench.add(
            Row(NAME, checker, how, scope, threads=threads),
            partial(_search, bench, checker, scope, threads),
            lambda _: must,
        )
        if threads == 1 and row.outcome is not None:
            ratio = our_rate / rate(row.outcome)
            bench.measured[checker] = ratio
            where = "" if scope == main else f", {checker}'s on the smaller {short(scope)}"
            bench.note(
                NAME,
                f"one thread of ours on {short(main)} / {checker}: {ratio:,.1f} times the states/s"
                f"{where}",
            )
    if checker == "Rumur":
        bench.note(
            NAME,
            "the Murphi that is exported keeps quantifiers and all properties, so that it reads "
            "like the spec; one that is tuned for Rumur by hand would be searched faster",
        )


def _search(bench: Bench, checker: str, scope: Run, threads: int) -> Outcome:
    folder = bench.new_folder()
    if checker == "Rumur":
        options = RumurOptions(OPTIMISED, threads, _AT_LEISURE)
        return build_rumur(bench.text(scope, "murphi"), folder, options).search()
    if bench.jar is None:
        raise CheckerError("TLC is not here")
    tlc = TlcOptions(
        bench.jar, threads, f"{MEMORY_BYTES >> 31}g", "-XX:+UseParallelGC", _AT_LEISURE.seconds
    )
    return build_tlc(bench.export(scope, "tla"), folder, tlc).search()
