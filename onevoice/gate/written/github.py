"""What came of the gate for GitHub Actions: annotations of lines, and the summary of a step.

An annotation is a workflow command, a line on standard output (GitHub's documentation, "Workflow
commands for GitHub Actions"). A summary is GitHub-flavoured Markdown, which may have a mebibyte.
Names come from files that anybody may have written, so nothing in them is markup.
"""

# Without `from __future__ import annotations`, for the name is taken here.
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from onevoice.exits import Exit
from onevoice.gate.check import Wrong
from onevoice.gate.result import Done, Gated, How
from onevoice.gate.rows import Citation, Row
from onevoice.gate.written.said import Said, by_kind, everything, line, spent, writable
from onevoice.report import words

BYTES_MAX = 1024 * 1024
"""A summary must have less: a larger one is not shown at all."""
_TEXT_MAX = 1000  # characters of a name or a reason in a summary
# Whatever could be markup in some place: CommonMark's punctuation but for what stands in every
# sentence, and what GitHub makes a link of by itself.
_MARKUP = re.compile(r"[#$&*<>@\[\\\]_`|~]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_CUT = "{} more would make this longer than GitHub shows."


def annotations(gated: Gated) -> list[str]:
    """Workflow commands that show what is wrong at its line; each is a line of output."""
    return [_annotation(one) for one in everything(gated)]


def _annotation(said: Said) -> str:
    place = said.wrong.place
    properties = {} if place is None else {"file": place.file, "line": str(place.line)}
    properties["title"] = line(said.title)
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::error {written}::{_data(said.wrong.reason)}"


def _data(text: str) -> str:
    escaped = writable(text).replace("%", "%25")
    return escaped.replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def summary(gated: Gated, rows: Sequence[Row]) -> str:
    """The summary of a step.

    Args:
        gated: what came of the gate.
        rows: the table of the requirements.
    """
    said = everything(gated)
    text = "\n".join((*_verdict(gated), "", *_kinds(gated), "")) + "\n"
    if said:
        text += "### What is wrong\n\n"
        text += _fitting([_item(one) for one in said], BYTES_MAX - len(text.encode()) - 1) + "\n"
    folded = "\n".join(_requirements(gated, rows)) if rows else ""
    if len(text.encode()) + len(folded.encode()) < BYTES_MAX:
        return text + folded
    left = "The table of the requirements would make this longer than GitHub shows.\n"
    return text + left if len(text.encode()) + len(left) < BYTES_MAX else text


def _fitting(lines: Sequence[str], room: int) -> str:
    """As many lines as there is room for, in bytes, and how many more there are."""
    text, left = "", room - len(_CUT) - 16
    for number, each in enumerate(lines):
        left -= len(each.encode()) + 1
        if left < 0:
            return f"{text}\n{_CUT.format(f'{len(lines) - number:,}')}\n"
        text += f"{each}\n"
    return text


def _verdict(gated: Gated) -> Iterator[str]:
    if gated.exit is Exit.HOLDS:
        yield "## The gate is passed" if gated.whole else "## What was asked for is as it must be"
    else:
        yield f"## The gate is NOT passed: exit code {int(gated.exit)}"
    counts = [f"{len(gated.with_how(how)):,} {how.value}" for how in How if gated.with_how(how)]
    checks = words.count(len(gated.done), "check")
    counts += [f"{gated.left_out:,} not asked for"] if gated.left_out else []
    listed = f" ({', '.join(counts)})" if counts else ""
    yield ""
    yield f"Tier {gated.tier}: {checks}{listed} in {gated.seconds:.1f} s."


def _kinds(gated: Gated) -> Iterator[str]:
    """What was done of each kind."""
    heads = ["kind", *(how.value for how in How), "wrong", "seconds"]
    yield _cells(heads)
    yield _cells(["---", *("--:" for _ in heads[1:])])
    for kind, done in by_kind(gated).items():
        yield _cells([_escaped(kind), *_numbers(done)])
    yield _cells(["all", *_numbers(list(gated.done))])


def _numbers(done: list[Done]) -> Iterator[str]:
    for how in How:
        yield f"{sum(1 for each in done if each.how is how):,}"
    yield f"{sum(1 for each in done if each.wrong):,}"
    yield f"{sum(map(spent, done)):,.1f}"


def _item(said: Said) -> str:
    return f"- {_escaped(said.title)}: {_escaped(said.wrong.reason)}{_where(said.wrong)}"


def _where(wrong: Wrong) -> str:
    return "" if wrong.place is None else f", {_code(f'{wrong.place.file}:{wrong.place.line}')}"


def _requirements(gated: Gated, rows: Sequence[Row]) -> Iterator[str]:
    """The table of the requirements, folded."""
    yield "<details>\n<summary>What is known of each requirement</summary>\n"
    heads = ("row", "requirement", "specified", "checked", "proved", "implemented", "caught")
    yield _cells([*heads, "tests"])
    yield _cells(["---"] * len(heads) + ["--:"])
    runs = len(gated.shipped)
    for row in rows:
        checked = [f"{_code(name)} in {len(held)} of {runs}" for name, held in row.checked.items()]
        yield _cells(
            [
                _escaped(row.name),
                _escaped(row.requirement),
                _cited(row.specified),
                ", ".join(checked),
                ", ".join(_code(each.name) for each in row.proved),
                _cited(row.implemented),
                ", ".join(map(_code, row.caught)),
                f"{len(row.tested):,}",
            ]
        )
    yield "\n</details>\n"


def _cited(citations: Iterable[Citation]) -> str:
    return ", ".join(
        f"{_code(each.name)} ({_escaped(Path(each.where.file).name)}:{each.where.line})"
        for each in citations
    )


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(each or '—' for each in cells)} |"


def _code(text: str) -> str:
    # No code span: within one, nothing can be escaped.
    return f"<code>{_escaped(text)}</code>"


def _escaped(text: str) -> str:
    """A text in which nothing is markup, wherever in a line it stands but at its beginning."""
    short = line(text)
    short = short if len(short) <= _TEXT_MAX else f"{short[: _TEXT_MAX - 1]}…"
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", short)
