"""The judge of mutants notices changes of the core by hand, each by what is meant to notice it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.adequacy import mutants, survivors
from benchmarks.adequacy.fork import LIVES, Fate, fates
from benchmarks.adequacy.mutants import MODULES, Mutant, Name, mutants_of, source_of
from benchmarks.adequacy.survivors import Comparison, Reason, compare, read, written

ROOT = Path(__file__).parents[2]

BY_HAND = [
    ("lockstep", "member", "return self.leads and self.held is not None", "return self.leads"),
    ("lockstep", "values", "return self.id == self.request.id", "return True"),
    ("refusal", "session", "before.id.epoch + 1", "before.id.epoch"),
    ("history", "session", "bears_data = self._announced[self.address].bears_data",
     "bears_data = False"),
    ("application", "session", "effects.append(Installed(view))", "pass"),
    ("application", "session", "self._update, self._on_its_way = None, False", "pass"),
    ("impossible", "member", 'problem = f"comes after {before.id}"', 'problem = ""'),
    ("session", "session", "epoch = 1 + max(", "epoch = max("),
    ("session", "session", "self._announcements = 0", "self._announcements = 1"),
    ("session", "session", "self.stale += len(self._early)", "pass"),
    ("session", "values", "@dataclass(frozen=True)\nclass Result", "@dataclass\nclass Result"),
    ("crash", "effects", "    update: Update", "    change: Update"),
    ("crash", "policy", "return min(members)", "return min(members).number"),
    ("", "member", "len(self.acknowledged_by) == len(", "len(self.acknowledged_by) >= len("),
    ("", "policy", "", ""),
]  # fmt: skip

# What is imported already would not be changed: this is done in a process that imports nothing.
JUDGE = """
import json, sys
from benchmarks.adequacy.fork import fates
from benchmarks.adequacy.mutants import Mutant, Name, source_of
from benchmarks.adequacy.prepared import SCOPES, prepare

prepared = prepare(SCOPES[:3], 0.15)

def judge(module):
    from benchmarks.adequacy.judge import judge
    return judge(module, prepared)

made = []
for number, (_, module, old, new) in enumerate(json.load(sys.stdin)):
    source = source_of(module)
    assert not old or source.count(old) == 1, old
    made.append(Mutant(Name(module, "by hand", old, new), number, source.replace(old, new, 1)))
found = {m.number: fate.by for m, fate in fates(made, judge, jobs=2, limit_s=30)}
print(json.dumps([found[number] for number in range(len(made))]))
"""

LIMITS = """
import json
from benchmarks.adequacy.fork import LIVES, fates
from benchmarks.adequacy.mutants import Mutant, Name, source_of

def judge(module):
    import impl.core
    if module == "member":
        while True:
            pass
    if module == "session":
        return bytes(1 << 40)
    if module == "policy":
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
    return LIVES

names = ("member", "session", "policy", "values")
made = [Mutant(Name(name, "", "", ""), 1, source_of(name)) for name in names]
made.append(Mutant(Name("nowhere", "", "", ""), 1, ""))
found = {m.name.module: fate for m, fate in fates(made, judge, jobs=2, limit_s=1)}
print(json.dumps([[found[m.name.module].by, found[m.name.module].why] for m in made]))
"""


def ran(program: str, given: object = None) -> list[object]:
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(given), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[object] = json.loads(done.stdout)
    return found


def test_changes_by_hand_are_noticed_and_the_core_as_it_is_passes() -> None:
    expected = [(change[2], change[0]) for change in BY_HAND]
    noticed = ran(JUDGE, BY_HAND)
    assert [(change[2], by) for change, by in zip(BY_HAND, noticed, strict=True)] == expected


def test_who_hangs_or_takes_all_memory_or_dies_is_killed_by_that() -> None:
    hangs, eats, dies, lives, nowhere = ran(LIMITS)
    assert hangs == ["time", "it did not come to an end"]
    assert eats == ["crash", "MemoryError: "]
    assert dies == ["crash", "it was ended by signal 9"]
    assert lives == ["", ""]
    assert nowhere == ["", "the mutant was not used"]


def test_no_mutant_is_judged_where_the_implementation_is_imported() -> None:
    import impl.core  # noqa: F401 it is the point

    mutant = Mutant(Name("member", "", "", ""), 1, source_of("member"))
    with pytest.raises(RuntimeError, match="would not be used"):
        list(fates([mutant], lambda module: LIVES, jobs=1, limit_s=1))


SOURCE = '''"""A module."""

from __future__ import annotations

D = TypeVar("D")


def check(a: int | None) -> None:
    """Refuses what is wrong."""
    problem = ""
    if a > 1:
        problem = "is large"
    if a > 1:
        raise ProtocolError(f"{a} {problem}")
'''
CHANGES = [
    ("int | None", "int + None"),
    ('TypeVar("D")', "TypeVar(None)"),
    ('"is large"', '"XX"'),
    ('f"{a} {problem}"', "None"),
    ("if a > 1:\n        problem", "if a >:\n        problem"),
    ("if a > 1:\n        problem", "if a >= 1:\n        problem"),
    ("if a > 1:\n        raise", "if a >= 1:\n        raise"),
    ("a > 1:\n        raise", "a >= (1):\n        raise"),
    ('"is large"', "None"),
]


def test_mutants_are_other_programs_and_have_names_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def changed(source: str) -> Iterator[tuple[str, str]]:
        for old, new in CHANGES:
            yield "by hand", source.replace(old, new, 1)

    monkeypatch.setattr(mutants, "changed", changed)
    monkeypatch.setattr(mutants, "source_of", lambda module: SOURCE)
    made = mutants_of("check")
    assert [(m.number, m.name.line, m.name.becomes, m.name.occurrence) for m in made.mutants] == [
        (11, "if a > 1:", "if a >= 1:", 0),
        (13, "if a > 1:", "if a >= 1:", 1),
        (12, 'problem = "is large"', "problem = None", 0),
    ]
    assert made.left_out == {"the same program": 5, "no Python": 1}


def test_every_survivor_is_of_a_line_that_is_there() -> None:
    lines = {
        module: {line.strip() for line in source_of(module).splitlines()} for module in MODULES
    }
    listed = read()
    assert listed
    assert [name for name in listed if name.line not in lines[name.module]] == []


def test_survivors_are_read_as_they_are_written(tmp_path: Path) -> None:
    names = [
        Name("member", "a/b", 'x = "y"', "x = 'y'", 2),
        Name("member", "a/b", "x = 1", r"x = '\n'"),
    ]
    file = tmp_path / "survivors.toml"
    head = '[[survivors]]\ncategory = "equivalent"\nwhy = "it is."\nmutants = [\n'
    file.write_text(f"{head}{written(names)}\n]\n")
    assert read(file) == dict.fromkeys(names, Reason("equivalent", "it is."))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ('category = "other"\nwhy = ""\nmutants = [["a", "b", "c", "d", 0]]', "one of equivalent"),
        ('category = "equivalent"\nwhy = ""\nmutants = []', "one of equivalent"),
        ('category = "equivalent"\nmutants = [["a", "b", "c", "d", 0]]', "one of equivalent"),
        ('category = "equivalent"\nwhy = ""\n'
         'mutants = [["a", "b", "c", "d", 0], ["a", "b", "c", "d", 0]]', "twice"),
    ],
)  # fmt: skip
def test_a_list_that_is_wrong_is_refused(tmp_path: Path, text: str, match: str) -> None:
    file = tmp_path / "survivors.toml"
    file.write_text(f"[[survivors]]\n{text}\n")
    with pytest.raises(ValueError, match=match):
        read(file)


def test_who_lives_unlisted_or_is_listed_and_dead_or_gone_is_named() -> None:
    lives, dies, new, gone, elsewhere = (
        Name(module, "", line, "")
        for module, line in (("a", "1"), ("a", "2"), ("a", "3"), ("a", "4"), ("b", "5"))
    )
    listed = dict.fromkeys((lives, dies, gone, elsewhere), Reason("equivalent", ""))
    found = {lives: True, dies: False, new: True}
    comparison = compare(listed, found, {lives, dies, new})
    assert comparison == Comparison(unlisted=(new,), killed=(dies,), gone=(gone,))
    assert not comparison.agrees
    assert compare(listed, {lives: True}, {lives, dies, gone}).agrees
    assert survivors.CATEGORIES.keys() > set(survivors.NOT_WRONG)
    assert Fate("time").lives is False
