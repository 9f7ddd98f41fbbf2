"""Broken copies of examples/member.mjs: each has one line replaced, and is wrong by that alone.

`RULES` are members that break a rule of the protocol, `MANNERS` are programs that break a rule of
talking to them. Both give, by name, the line and what stands there instead.
"""

from __future__ import annotations

from pathlib import Path

MEMBER = Path(__file__).parents[2] / "examples" / "member.mjs"

REPLY = '  process.stdout.write(JSON.stringify(answer(line)) + "\\n");'

COUNTED = "globalThis.lines = (globalThis.lines ?? 0) + 1;"
"""JavaScript that counts the lines that came."""

RULES = {
    "ignores the indicator": (
        "    return this.speaks() && this.leads() && this.holds.length > 0 && !this.indicator;",
        "    return this.speaks() && this.leads() && this.holds.length > 0;",
    ),
    "sets the indicator on receipt only": (
        # It knows of its own transmission for the round; what then still waits in its queue it has
        # forgotten. So nothing shows it but delivery in a later view.
        "    this.members = members;",
        "    this.members = members;"
        " this.indicator &&= this.holds.every((name) => this.received.has(name));",
    ),
    "sets the indicator on sending only": (
        "      if (this.ownSubgroup.includes(sender)) {",
        "      if (false) {",
    ),
    "does not clear the indicator on a request": (
        "    this.indicator = false; // What was said for an earlier request was other data.",
        "",
    ),
    "counts acknowledgments of earlier rounds": (
        "      if (view === this.view) {",
        "      {",
    ),
    "acknowledges before it transmits": (
        "    return this.speaks() && !this.mayTransmit();",
        "    return this.speaks();",
    ),
}
MANNERS = {
    "hangs": (REPLY, ""),
    "crashes at the 20th line": (REPLY, f"  {COUNTED} if (lines === 20) process.exit(3);\n{REPLY}"),
    "prints what is no JSON": (REPLY, '  answer(line); process.stdout.write("due: transmit\\n");'),
    # In one write, so that both lines are there when the first is read.
    "prints an extra line": (
        REPLY,
        '  process.stdout.write(JSON.stringify(answer(line)) + "\\nanswered\\n");',
    ),
}


def broken(folder: Path, name: str) -> Path:
    """Writes the copy of this name, of `RULES` or `MANNERS`, and gives its path."""
    line, instead = (RULES | MANNERS)[name]
    lines = MEMBER.read_text(encoding="utf-8").splitlines()
    assert lines.count(line) == 1, f"{MEMBER} has {line!r} {lines.count(line)} times, not once"
    lines[lines.index(line)] = instead
    copy = folder / f"{name.replace(' ', '_')}.mjs"
    copy.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return copy
