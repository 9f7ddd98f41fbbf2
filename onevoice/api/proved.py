"""What came of proofs: what is proved for every size, and what is open, with the lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

from onevoice.api.results import Result, sentences
from onevoice.exits import Exit

if TYPE_CHECKING:
    from onevoice.report.terminal import Terminal
    from onevoice.web.report.markup import Markup
    from proofs.induction.proved import Proved, Verdict


@dataclass(frozen=True)
class OpenObligation:
    """What is not proved and should be.

    Attributes:
        title: what is to be shown, and of which action.
        goal: the lemma or property.
        file, line: what says it.
        why: it is open.
    """

    title: str
    goal: str
    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.title} ({self.file}:{self.line}): {self.why}"


@dataclass(frozen=True, repr=False)
class Proofs(Result):
    """What came of proofs.

    What is open is no counterexample: `check` finds one, if there is one at a scope; and
    `onevoice prove` looks for the smallest counterexample to induction, which is not done here.

    Attributes:
        parts: each as `proofs.induction.proved` has it: of each form of delivery the safety, then
            the responses; or the one of another spec.
    """

    parts: tuple[Proved, ...]

    @property
    def exit(self) -> Exit:
        """0 all that was asked for is proved; 15 something is open, or nothing was proved."""
        from onevoice.proving import exit_of

        return exit_of(self.parts)

    @property
    def verdict(self) -> str:
        """The last words of the report."""
        from onevoice.report.proved import show_end

        return " ".join(sentences(lambda terminal: show_end(terminal, self.parts)))

    @property
    def proved(self) -> tuple[str, ...]:
        """The titles of the obligations that are proved, part by part."""
        from proofs.induction.attempt import PROVED

        return tuple(o.title for part in self.parts for o, _ in part.with_result(PROVED))

    @property
    def properties(self) -> frozenset[str]:
        """The properties that are proved, in all parts that have them."""
        asked = frozenset[str]().union(*map(_names, self.parts))
        return asked.difference(*(_names(part) - part.properties() for part in self.parts))

    @property
    def open(self) -> tuple[OpenObligation, ...]:
        """What is not proved and should be, with the lines that say it."""
        return tuple(
            OpenObligation(
                obligation.title,
                obligation.goal,
                obligation.clause.where.file,
                obligation.clause.where.line,
                outcome.why,
            )
            for part in self.parts
            for obligation, outcome in part.open
        )

    @property
    def counted(self) -> tuple[str, ...]:
        """What is about numbers, which first-order logic does not know: only searches check it."""
        from proofs.induction.attempt import OUTSIDE

        names = [bound.name for part in self.parts if part.whole for bound in part.counted]
        names += [o.goal for part in self.parts for o, _ in part.with_result(OUTSIDE)]
        return tuple(dict.fromkeys(names))

    @property
    def seconds(self) -> float:
        """That all of it took."""
        return sum(part.seconds for part in self.parts)

    @property
    def data(self) -> dict[str, Any]:
        """What `onevoice prove --json` prints."""
        from onevoice.report.proved import proved_data

        return {"exit": int(self.exit), "proofs": [proved_data(part) for part in self.parts]}

    def to_json(self) -> str:
        """The same as text."""
        from onevoice.report.data import to_text

        return to_text(self.data)

    def _asked(self) -> str:
        return "; ".join(dict.fromkeys(map(_about, self.parts)))

    def _show(self, terminal: Terminal) -> None:
        from onevoice.report.proved import show_end, show_proved, show_question

        for part in self.parts:
            switches = part.proof.base.parameters.get("switches")
            if part.given is None and switches is not None:
                show_question(terminal, switches)
            elif part.given is None:
                terminal.pairs([("Spec", part.proof.name), ("Scope", "any")])
                terminal.line()
            show_proved(terminal, part, blame=False, verbose=False)
        show_end(terminal, self.parts)

    def _parts(self) -> list[Markup]:
        from onevoice.api.drawn import rows
        from onevoice.report.proved import is_in_short
        from onevoice.report.words import count, place
        from onevoice.web.report.markup import tag
        from proofs.induction.proved import Verdict

        made = [tag("p", f"{count(len(self.proved), 'obligation')} proved, "
                    f"{len(self.open):,} open, {self.seconds:.1f} s", class_="note")]  # fmt: skip
        for part in self.parts:
            goals = [goal for goal in part.goals if not is_in_short(part, goal)]
            said = [(g.name, g.kind, part.verdict(g), g.where) for g in goals]
            if part.whole:
                said += [(b.name, "bound", Verdict.OUTSIDE, b.where) for b in part.counted]
            content = [
                ((name, kind, verdict.value, place(where)), _style(verdict))
                for name, kind, verdict, where in said
            ]
            made.append(rows(_caption(part), _COLUMNS, content, 2))
        if self.open:
            items = (tag("li", str(each)) for each in self.open)
            made.append(tag("ul", *items, class_="steps"))
        return made


_COLUMNS = ("Property", "Kind", "Verdict", "Stated at")


def _style(verdict: Verdict) -> str:
    from proofs.induction.proved import Verdict

    match verdict:
        case Verdict.PROVED:
            return "good"
        case Verdict.OPEN | Verdict.RESTS:
            return "bad"
        case Verdict.OUTSIDE:
            return "unsure"
        case _:
            assert_never(verdict)


def _names(part: Proved) -> frozenset[str]:
    """The properties that a part is about."""
    from onevoice.report.proved import is_in_short

    return frozenset(goal.name for goal in part.goals if not is_in_short(part, goal))


def _about(part: Proved) -> str:
    """What a part is about, in a few words."""
    switches = part.proof.base.parameters.get("switches")
    return part.proof.name if switches is None else f"{part.proof.name}, {switches}"


def _caption(part: Proved) -> str:
    """What a table of a part shows."""
    return f"{'Safety' if part.given is None else 'Responses'}: {_about(part)}"
