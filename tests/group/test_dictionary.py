"""The shared dictionary: one rule for what two dictionaries become, and nonsense is left out."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.core import MemberId, Request, Result, Subgroup, ViewId
from impl.dictionary import Dictionary
from impl.group import Group
from impl.transports.simulated.transport import SimulatedService
from tests.group.applications import run, until

always_the_same = settings(derandomize=True, database=None, deadline=None)

keys = st.sampled_from(("k", "l", "m"))
values = st.one_of(st.none(), st.sampled_from(("", "v", "w")))
writes = st.lists(st.tuples(st.sampled_from("ab"), keys, values), max_size=6)
A = MemberId("a", "1")


def dictionary(*written: tuple[str, str, str | None]) -> Dictionary:
    made = Dictionary()
    for who, key, value in written:
        made.accept(MemberId(who, "1"), Dictionary.write(key, value))
    return made


def result(*contents: bytes) -> Result[bytes]:
    """What an exchange of subgroups with these data brings."""
    members = [MemberId(f"m{number}", "1") for number in range(len(contents))]
    groups = [Subgroup(me.name, frozenset({me}), bears_data=True) for me in members]
    view = ViewId(1, "v")
    return Result(Request(view, tuple(groups)), view, dict(zip(groups, contents, strict=True)), ())


def merged(*parts: Dictionary) -> Dictionary:
    """What a joiner without data holds when these have met."""
    joiner = Dictionary()
    joiner.merge(result(*(part.snapshot() for part in parts)))
    return joiner


@given(writes, writes)
@always_the_same
def test_merging_is_commutative(one, other) -> None:
    a, b = dictionary(*one), dictionary(*other)
    assert merged(a, b).entries == merged(b, a).entries


@given(writes, writes, writes)
@always_the_same
def test_merging_is_associative(one, other, third) -> None:
    a, b, c = dictionary(*one), dictionary(*other), dictionary(*third)
    expected = merged(a, b, c)
    assert merged(merged(a, b), c).entries == expected.entries
    assert merged(a, merged(b, c)).entries == expected.entries


@given(writes, writes)
@always_the_same
def test_merging_again_changes_nothing(one, other) -> None:
    both = merged(dictionary(*one), dictionary(*other))
    assert merged(both, both).entries == both.entries
    assert merged(both, dictionary(*one)).entries == both.entries


@given(writes, writes)
@always_the_same
def test_all_members_hold_the_same_after_a_merge_whatever_they_held(one, other) -> None:
    a, b = dictionary(*one), dictionary(*other)
    brought = result(a.snapshot(), b.snapshot())
    for member in (a, b):
        member.merge(brought)
    assert a.entries == b.entries
    assert a.snapshot() == b.snapshot()


@given(writes, writes)
@always_the_same
def test_no_key_is_lost_and_every_value_was_written(one, other) -> None:
    both = merged(dictionary(*one), dictionary(*other))
    assert set(both.entries) == {key for _, key, _ in one + other}
    assert {(k, e.value) for k, e in both.entries.items()} <= {(k, v) for _, k, v in one + other}


@given(writes)
@always_the_same
def test_a_dictionary_is_what_its_writes_in_order_make_of_it(written) -> None:
    expected: dict[str, str] = {}
    for _, key, value in written:
        expected.pop(key, None)
        if value is not None:
            expected[key] = value
    assert dictionary(*written).values == expected
    assert list(dictionary(*written).values) == sorted(expected)


def test_the_value_written_more_often_wins_and_of_two_the_higher_writer() -> None:
    often = dictionary(("a", "k", "1"), ("a", "k", "2"))
    once = dictionary(("b", "k", "3"))
    assert merged(often, once).values == {"k": "2"}
    assert merged(dictionary(("a", "k", "1")), once).values == {"k": "3"}


def test_a_deletion_is_a_write_that_wins_against_an_older_value_and_not_against_a_newer() -> None:
    kept = dictionary(("a", "k", "v"))
    deleted = dictionary(("a", "k", "v"), ("a", "k", None))
    again = dictionary(("a", "k", "v"), ("a", "k", None), ("a", "k", "new"))
    assert merged(kept, deleted).values == {}
    assert merged(deleted, again).values == {"k": "new"}
    assert deleted.has_data()  # that it was deleted is something to know


def test_a_dictionary_without_keys_has_no_data() -> None:
    assert not Dictionary().has_data()
    assert dictionary(("a", "k", "v")).has_data()


MALFORMED = [
    b"",
    b"\xc1",
    b"nonsense",
    msgspec.msgpack.encode([1, 2]),
    msgspec.msgpack.encode({"k": "v"}),
    msgspec.msgpack.encode({"k": ["many", "a", "v"]}),
    msgspec.msgpack.encode({1: [1, "a", "v"]}),
    msgspec.msgpack.encode({"k": [1, "a"]}),
    b"\x81\xa1\xff\x93\x01\xa1a\xa1v",
    b"\xdf\xff\xff\xff\xff",
    b"\x91" * 100_000,
]


@pytest.mark.parametrize("content", MALFORMED)
def test_malformed_content_changes_nothing_and_the_rest_counts(content: bytes) -> None:
    holder = dictionary(("a", "k", "v"))
    before = dict(holder.entries)
    holder.accept(A, content)
    assert holder.entries == before
    holder.merge(result(content, dictionary(("b", "l", "w")).snapshot(), content))
    assert holder.values == {"k": "v", "l": "w"}


@given(st.binary(max_size=60))
@always_the_same
def test_random_content_does_no_harm(content: bytes) -> None:
    holder = dictionary(("a", "k", "v"))
    holder.accept(A, content)
    holder.merge(result(content))
    holder.accept(A, Dictionary.write("k", "w"))
    assert merged(holder).entries == holder.entries


@pytest.mark.parametrize("count", [-1, 0, (1 << 63) - 1, (1 << 64) - 1])
def test_any_count_of_writes_that_somebody_claims_can_be_sent_on(count: int) -> None:
    holder = dictionary(("a", "k", "v"))
    holder.merge(result(msgspec.msgpack.encode({"k": [count, "z", "claimed"]})))
    holder.accept(A, Dictionary.write("k", "w"))
    assert merged(holder).values == {"k": "w"}


def test_members_share_a_dictionary() -> None:
    async def scene() -> None:
        service = SimulatedService()
        one, other = Dictionary(), Dictionary()
        async with Group(one, service.transport(), name="a") as a:
            await a.send(Dictionary.write("k", "v"))
            async with Group(other, service.transport(), name="b") as b:
                assert other.values == {"k": "v"}
                await b.send(Dictionary.write("k", None))
                await until(lambda: one.values == {})
                assert one.entries == other.entries

    run(scene())


def test_whoever_listens_hears_when_the_dictionary_holds_what_was_brought() -> None:
    seen: list[dict[str, str]] = []
    holder = Dictionary(merged=lambda brought: seen.append(dict(holder.values)))
    holder.merge(result(dictionary(("a", "k", "v")).snapshot()))
    assert seen == [{"k": "v"}]
