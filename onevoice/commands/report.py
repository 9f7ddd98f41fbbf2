"""`onevoice report`: what is known, as one HTML file that opens in any browser."""

from __future__ import annotations

import os
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from onevoice.exits import Exit, Stop
from onevoice.options import read_limits, reduce_option, search_limits
from onevoice.search import REDUCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model.search import Limits
    from onevoice.report.terminal import Terminal
    from onevoice.search import Searched
    from onevoice.verdicts import Wrong
    from onevoice.web.report.content import Told
    from proofs.induction.proved import Proved
    from traces.run import Run

_CORPUS = Path(__file__).resolve().parents[2] / "traces" / "corpus"


@click.command("report")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("onevoice-report.html"),
    show_default=True,
    metavar="FILE",
    help="The file to write.",
)
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
@click.option(
    "--corpus",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=None,
    metavar="DIR",
    help="Kept counterexamples; by default those of the project, if they are here.",
)
@click.option("--prove", is_flag=True, help="Prove the protocol for every size, too.")
@reduce_option
@search_limits
@click.option("--plain", is_flag=True, help="No colours, and progress as plain lines.")
def command(
    output: Path, force: bool, corpus: Path | None, prove: bool, plain: bool, **given: Any
) -> int:
    """Write what is known of the protocol as one HTML file.

    The shipped protocol and its variants are searched as in the gate, and members that are wrong
    on purpose must be caught. The page has the verdicts, the table of the requirements, the table
    variant × property, and each counterexample as a sequence diagram that can be stepped through,
    with the truth of every property in each state. It needs no network. With --reduce all it takes
    half a minute, with --prove some more.

    Exit code: that of the gate, for what is searched here; the file is written whatever it is.
    """
    from onevoice.files import refuse_existing, write_texts
    from onevoice.invocation import version
    from onevoice.report.terminal import Terminal
    from onevoice.rows import rows
    from onevoice.verdicts import exit_of_all
    from onevoice.web.report.content import Content, missing, tell
    from onevoice.web.report.page import page

    refuse_existing([output], force)
    terminal = Terminal(plain)
    limits = read_limits(given)
    told = tell(_kept(corpus or _CORPUS))
    wrong = _not_reproduced(told)
    shipped, variants, unexpected = _search_all(limits, given["reduce"], terminal)
    wrong += unexpected
    told += tell(missing(told, (*shipped, *variants)))
    caught, uncaught = _catch(limits, terminal)
    wrong += uncaught
    proofs, unproved = _prove(terminal) if prove else ([], [])
    wrong += unproved
    everywhere = [frozenset[str]().union(*(p.properties() for p in done)) for _, done in proofs]
    proved = frozenset.intersection(*everywhere) if everywhere else frozenset()
    content = Content(
        version(), tuple(shipped), tuple(variants), rows(shipped, caught, proved), told,
        tuple(wrong), tuple(proofs),
    )  # fmt: skip
    text = page(content)
    write_texts({output: text}, force)
    for name, one in wrong:
        terminal.complain(f"{name}: {one.reason}")
    terminal.line(
        f"Wrote {output}: {len(shipped) + len(variants)} runs, {len(told)} counterexamples, "
        f"{len(text.encode()) / 1e6:.1f} MB."
    )
    return exit_of_all(one for _, one in wrong)


def _kept(corpus: Path) -> Iterator[tuple[str, Any]]:
    """The counterexamples of a corpus, with the commands that replay them."""
    from traces.counterexample import read
    from traces.kept import counterexamples

    for path in counterexamples(corpus):
        shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        yield f"onevoice replay {quote(str(shown))}", read(path)


def _not_reproduced(told: tuple[Told, ...]) -> list[tuple[str, Wrong]]:
    from onevoice.verdicts import Wrong

    return [
        (each.key, Wrong(Exit.DIFFERS, f"not reproduced: {d.place}: {d.problem}"))
        for each in told
        if (d := each.replay.difference) is not None
    ]


def _search_all(
    limits: Limits, reduce: str, terminal: Terminal
) -> tuple[list[Searched], list[Searched], list[tuple[str, Wrong]]]:
    """The runs of the shipped protocol and of the variants, and what is wrong with them."""
    from onevoice.expected import SHIPPED, VARIANTS
    from onevoice.verdicts import of_coverage, of_shipped, of_variant

    wrong: list[tuple[str, Wrong]] = []
    shipped = [_search(run, limits, reduce, terminal) for run in SHIPPED]
    for searched in shipped:
        wrong += [(searched.ask.run.name, one) for one in of_shipped(searched)]
    wrong += [("the shipped protocol", one) for one in of_coverage(shipped)]
    variants = [_search(each.run, limits, reduce, terminal) for each in VARIANTS]
    for searched, expectation in zip(variants, VARIANTS, strict=True):
        found = of_variant(searched, expectation.violated)
        wrong += [(searched.ask.run.name, one) for one in found]
    return shipped, variants, wrong


def _search(run: Run, limits: Limits, reduce: str, terminal: Terminal) -> Searched:
    from model.lang import ScopeError
    from model.search.exploration import Method
    from onevoice.report.words import short
    from onevoice.search import Ask, search

    method = Method("exact", frozenset(REDUCE[reduce]), None)
    variant = f"{run.variant.value}: " if run.variant is not None else ""
    try:
        with terminal.progress(f"{variant}{short(run)}") as watch:
            return search(Ask(run, limits=limits, method=method), watch)
    except ScopeError as error:
        raise Stop(Exit.USAGE, f"{run.options}: {error}") from None


def _catch(limits: Limits, terminal: Terminal) -> tuple[list[str], list[tuple[str, Wrong]]]:
    """The members that are wrong on purpose and were noticed; what is wrong with the others."""
    from impl.core.variants import VARIANTS
    from onevoice.expected import WRONG_MEMBERS, WRONG_MEMBERS_AT
    from onevoice.verdicts import Wrong, of_wrong_members
    from traces.lockstep import lockstep

    caught: list[str] = []
    wrong: list[tuple[str, Wrong]] = []
    with terminal.progress("members that are wrong on purpose") as watch:
        for name in WRONG_MEMBERS:
            watch.say(name)
            try:
                found = lockstep(WRONG_MEMBERS_AT, VARIANTS[name], limits=limits)
            except (TimeoutError, MemoryError) as error:
                wrong.append((name, Wrong(Exit.LIMIT, str(error))))
                continue
            missed = of_wrong_members(found)
            wrong += [(name, one) for one in missed]
            caught += [] if missed else [name]
    return caught, wrong


def _prove(
    terminal: Terminal,
) -> tuple[list[tuple[str, tuple[Proved, ...]]], list[tuple[str, Wrong]]]:
    """What is proved for every size, and what is not."""
    from onevoice.expected import PROOF_LIMIT_S, PROOFS
    from onevoice.proving import hints, prove
    from onevoice.verdicts import of_proof
    from proofs.induction.attempt import Limits
    from proofs.induction.proved import Way

    way = Way(hints(), "", os.cpu_count() or 1, Limits(search_s=PROOF_LIMIT_S))
    proofs: list[tuple[str, tuple[Proved, ...]]] = []
    wrong: list[tuple[str, Wrong]] = []
    for switches in PROOFS:
        with terminal.progress(f"proof, {switches}") as watch:
            done = prove(switches, way, watch.say)
        proofs.append((str(switches), tuple(done)))
        wrong += [(f"proof, {switches}", one) for one in of_proof(done)]
    return proofs, wrong
