"""Text that is no formula is refused with its place, whoever wrote it and whatever it tries."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.lang import FormulaError, parse, show
from model.lang.parse.scan import LENGTH_MAX, NESTING_MAX
from tests.lang.good import Good
from tests.lang.test_parse import MATHEMATICS, READ

# -- what is wrong -----------------------------------------------------------------------------

WRONG = [
    # names
    ("s.holdr[turn]", 1, 3, "Good declares no 'holdr': did you mean 'holder'?"),
    ("free(trun)", 1, 6, "Good declares no 'trun': did you mean 'turn'?"),
    ("forall(Membr, lambda m: busy)", 1, 8, "Good has no sort 'Membr': did you mean 'Member'?"),
    ("sent[Kind.dat, turn]", 1, 11, "sort Kind has no element 'dat': did you mean 'data'?"),
    ("Member.a1 == turn", 1, 8, "elements of Member have names only at a scope"),
    ("qwertz", 1, 1, "Good declares no 'qwertz'"),
    ("Member", 1, 1, "Member is a sort, which a quantifier binds"),
    ("turn.holder", 1, 1, "'turn' is no sort of Good; before a dot stands `s` or a sort"),
    ("after.busy", 1, 7, "a formula over one state does not name the state after a step"),
    ("busy′", 1, 1, "a formula over one state does not name the state after a step"),
    # arity and sorts
    ("holder", 1, 1, "relation holder[Member] is used without its arguments"),
    ("holder[turn, chief]", 1, 1, "holder takes [Member], 2 arguments given"),
    ("busy(turn)", 1, 1, "flag busy takes no arguments, 1 argument given"),
    ("free()", 1, 1, "free(m: Member) is given 0 arguments"),
    ("free(place[turn])", 1, 6, "m of free is an element of Member, and this is an element of R"),
    ("busy &\n likes[turn, turn]", 2, 14, "argument 2 of likes is an element of Room, and this"),
    ("turn == place[turn]", 1, 1, "`==` compares an element of Member with an element of Room"),
    ("place[turn] < place[chief]", 1, 1, "sort Room has no order"),
    ("busy == busy", 1, 1, "`==` compares elements or numbers, and this is a formula"),
    ("busy & turn", 1, 8, "`&` joins formulas (put parentheses round comparisons), and this is"),
    ("~turn", 1, 2, "`~` negates a formula, and this is an element of Member"),
    ("implies(busy, 1)", 1, 15, "`implies` connects formulas, and this is a number"),
    ("busy + 1 == 1", 1, 1, "`+` adds numbers, and this is a formula"),
    ("ite(busy, turn, 1) == turn", 1, 17, "`ite` chooses between an element of Member and a n"),
    ("count(Member, lambda m: holder[m])", 1, 1, "a formula is needed, and this is a number"),
    ("forall(Member, lambda m: m)", 1, 26, "a quantifier's body is a formula, and this is an"),
    # Python that is no part of the language
    ("busy and busy", 1, 1, "write `&` instead of `and`"),
    ("busy or busy", 1, 1, "write `|` instead of `or`"),
    ("not busy", 1, 1, "write `~` instead of `not`"),
    ("turn < chief < turn", 1, 1, "one comparison at a time"),
    ("turn = chief & busy", 1, 1, "compared with `==`, not `=`"),
    ("busy if busy else busy", 1, 1, "write `ite(condition, a, b)`"),
    ("count(Room, lambda r: busy) - 1 == 0", 1, 1, "natural numbers are only added and compared"),
    ("forall(Member, Room, lambda m: busy)", 1, 22, "2 sorts are bound but the lambda takes 1"),
    ("forall(Member, busy)", 1, 16, "`forall` ends in a lambda over its variables"),
    ("forall(Member, lambda m=1: busy)", 1, 16, "a lambda here takes plain variables"),
    ("lambda m: busy", 1, 1, "a lambda is the last argument"),
    ("holder[m = turn]", 1, 8, "compared with `==`, not `=`"),
    ("~free(m=turn)", 1, 2, "arguments are given by their order, not by name"),
    ("holder[:]", 1, 8, "`:` is for updates"),
    ("busy, busy", 1, 1, "a formula is one expression, not several"),
    ("[m for m in turn]", 1, 1, "this Python is no part of a formula"),
    ("(x := busy)", 1, 2, "this Python is no part of a formula"),
    ("s.free.__globals__", 1, 1, "a dot stands in `s.NAME` and `Sort.value` only"),
    ("s.__class__", 1, 3, "Good declares no '__class__'"),
    ("s.require(True)", 1, 3, "Good declares no 'require'"),
    ("Member.__subclasses__()", 1, 8, "Member.__subclasses__ takes no arguments"),
    ("__import__(busy)", 1, 1, "Good declares no '__import__'"),
    ("(lambda: busy)()", 1, 2, "only a symbol or a definition takes arguments"),
    # mathematics
    ("busy ∧ & busy", 1, 8, "`&` is of the notation of specs and the rest is mathematics: write"),
    ("∀ m: Member holder(m)", 1, 13, "`holder` stands where `.` is needed"),
    ("turn = chief = turn", 1, 14, "one comparison at a time"),
    ("busy ↔ busy ↔ busy", 1, 13, "two equivalences need parentheses"),
    ("busy ∧", 1, 7, "the text ends where a formula is needed"),
    ("busy → busy busy", 1, 13, "`busy` stands where nothing more is needed"),
    # the text itself
    ("", 1, 1, "there is no formula: the text is empty"),
    ("(busy", 1, 1, "'(' is never closed"),
    ("busy)", 1, 5, "')' closes nothing"),
    ("holder[turn)", 1, 12, "')' does not close the '[' of line 1, column 7"),
    ("busy & 'x'", 1, 8, "a quotation mark is no part of a formula"),
    ("busy # yes", 1, 6, "a comment is no part of a formula"),
    ("busy\n  & \x1b[0m", 2, 5, r"'\x1b' is no sign of a formula"),
    ("1.5 == 1", 1, 1, "a natural number of at most 6 digits is needed here"),
    ("busy busy", 1, 1, "this is no formula: invalid syntax"),
]


@pytest.mark.parametrize(("text", "line", "column", "problem"), WRONG, ids=[w[0] for w in WRONG])
def test_what_is_wrong_is_said_with_its_place(
    text: str, line: int, column: int, problem: str
) -> None:
    with pytest.raises(FormulaError) as error:
        parse(text, Good())
    assert problem in error.value.problem
    assert (error.value.place.line, error.value.place.column) == (line, column)
    assert str(error.value) == f"line {line}, column {column}: {error.value.problem}"


def test_a_caret_points_to_the_place() -> None:
    with pytest.raises(FormulaError) as error:
        parse("busy &\n  ~free(trun)", Good())
    assert error.value.caret == "  ~free(trun)\n        ^"
    with pytest.raises(FormulaError) as error:
        parse(f"{'busy & ' * 40}trun & {'busy & ' * 40}busy", Good())
    line, sign = error.value.caret.split("\n")
    assert line[sign.index("^") :].startswith("trun")
    assert len(line) <= 72


# -- hostile text --------------------------------------------------------------------------------

DEEP = NESTING_MAX + 10
HOSTILE = {
    "brackets ten thousand deep": "(" * 10_000 + "busy" + ")" * 10_000,
    "brackets": "(" * DEEP + "busy" + ")" * DEEP,
    "brackets of all kinds": "([{" * 30,
    "negations": "~" * DEEP + "busy",
    "negations ten thousand deep": "~" * 10_000 + "busy",
    "not not": "not " * DEEP + "busy",
    "minus": "-" * DEEP + "1 == 1",
    "lambdas": "lambda x: " * DEEP + "busy",
    "calls of calls": "free" + "(turn)" * 600,
    "points of points": "holder" + "[turn]" * 600,
    "dots": "s" + ".free" * 900,
    "powers": "turn" + "**turn" * 900,
    "alternatives": "busy " + "if busy else busy " * 490,
    "equivalences": "busy" + ".iff(busy)" * 390,
    "a long sum": "+".join(["count(Room, lambda r: busy)"] * DEEP) + " == 1",
    "quantifiers": "∀ m: Member. " * DEEP + "busy",
    "implications": " → ".join(["busy"] * DEEP),
    "¬": "¬" * DEEP + "busy",
    "a long text": "busy & " * (LENGTH_MAX // 7) + "busy",
    "many words": " | ".join(["busy"] * 1_500),
    "a long number": "9" * 5_000,
    "a formula that doubles and doubles": "ite(" * 30 + "busy" + ", busy, free(turn))" * 30,
    "a null character": "busy\0",
    "half a character": "busy\ud800",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(FormulaError) as error:
        parse(text, Good())
    assert error.value.caret.split("\n")[1].strip() == "^"


def test_what_nests_as_deep_as_is_allowed_is_read_and_printed() -> None:
    inside = NESTING_MAX - 2
    for text in (
        "~(" * (inside // 2) + "busy" + ")" * (inside // 2),
        "implies(busy, " * inside + "busy" + ")" * inside,
        " → ".join(["busy"] * inside),
        " & ".join(["busy"] * 600),
    ):
        found = parse(text, Good()).expr
        assert parse(show(found), Good()).expr is found


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_damaged_text_is_a_formula_or_is_refused(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([text for text, _ in (*READ, *MATHEMATICS)]))
    at = data.draw(st.integers(0, len(text)))
    spliced = data.draw(st.text(max_size=3) | st.sampled_from([*"()[]~&|∧¬.,:=", "lambda ", "s."]))
    damaged = text[:at] + spliced + text[at + data.draw(st.integers(0, 6)) :]
    refused = refusal(damaged)
    if refused is not None:
        assert 1 <= refused.place.line <= damaged.count("\n") + 1
        assert refused.caret.split("\n")[1].strip() == "^"


def refusal(text: str) -> FormulaError | None:
    """Why a text is no formula; None if it is one. Nothing else may come of it."""
    try:
        parse(text, Good())
    except FormulaError as error:
        return error
    return None
