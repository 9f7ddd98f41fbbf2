"""What members are told: each configuration follows from the one before, and all agree on it."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from impl.service import Address, Configuration
from impl.transports.local.order import Announcement, Order, RehearsalError


def order_of(*members: Address) -> Order:
    order = Order()
    for member in members:
        order.join(member)
    return order


def told(announcements: list[Announcement]) -> dict[Address, tuple[str, set[Address]]]:
    """Members as one word, and who joined, by recipient."""
    return {
        said.recipient: ("".join(said.configuration.members), set(said.configuration.joined))
        for said in announcements
    }


def test_the_first_configuration_has_everyone_as_joined() -> None:
    assert told(order_of("a", "b").join("c")) == {
        "a": ("abc", {"c"}),
        "b": ("abc", {"c"}),
        "c": ("abc", {"a", "b", "c"}),
    }


def test_whoever_is_gone_is_missing_from_the_next_configuration() -> None:
    assert told(order_of("a", "b", "c").remove("b")) == {"a": ("ac", set()), "c": ("ac", set())}


def test_after_a_split_members_hear_their_part_only() -> None:
    order = order_of("a", "b", "c", "d")
    assert told(order.split([["a"], ["c", "b"]])) == {
        "a": ("ad", set()),  # d is in no part, so it goes with the first
        "b": ("bc", set()),
        "c": ("bc", set()),
        "d": ("ad", set()),
    }
    assert order.audience("a") == order.audience("d") == ("a", "d")
    assert order.audience("b") == ("b", "c")


def test_after_healing_those_have_joined_who_were_in_another_part() -> None:
    order = order_of("a", "b", "c")
    order.split([["a"], ["b", "c"]])
    assert told(order.heal()) == {
        "a": ("abc", {"b", "c"}),
        "b": ("abc", {"a"}),
        "c": ("abc", {"a"}),
    }
    assert told(order.heal()) == {}


def test_a_member_that_moves_to_another_part_has_joined_it() -> None:
    order = order_of("a", "b", "c")
    order.split([["a", "b"], ["c"]])
    assert told(order.split([["a"], ["b", "c"]])) == {
        "a": ("a", set()),
        "b": ("bc", {"c"}),
        "c": ("bc", {"b"}),
    }


def test_a_part_that_stays_as_it_is_is_told_nothing() -> None:
    order = order_of("a", "b", "c")
    order.split([["a", "b"], ["c"]])
    assert told(order.remove("c")) == {}


def test_who_joins_while_the_group_is_split_comes_into_the_first_part() -> None:
    order = order_of("a", "b")
    order.split([["b"], ["a"]])
    assert told(order.join("c")) == {"b": ("bc", {"c"}), "c": ("bc", {"b", "c"})}


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([], "a part is empty, or there is none"),
        ([["a"], []], "a part is empty"),
        ([["a"], ["x", "y"]], "no members of the group: x, y"),
        ([["a", "b"], ["b"]], "named more than once: b"),
    ],
)
def test_a_split_that_makes_no_sense_changes_nothing(parts: list[list[str]], says: str) -> None:
    order = order_of("a", "b")
    with pytest.raises(RehearsalError, match=says):
        order.split(parts)
    assert order.components == [("a", "b")]


class Groups(RuleBasedStateMachine):
    """Any history; the members keep what they were told, and compare."""

    def __init__(self) -> None:
        super().__init__()
        self.order = Order()
        self.count = 0
        self.last: dict[Address, Configuration] = {}

    def tell(self, announcements: list[Announcement]) -> None:
        recipients = [said.recipient for said in announcements]
        assert len(set(recipients)) == len(recipients)
        for said in announcements:
            before = self.last.get(said.recipient)
            now = said.configuration
            assert now.joined == set(now.members).difference(before.members if before else ())
            assert before is None or before.members != now.members
            self.last[said.recipient] = now

    @rule()
    def join(self) -> None:
        self.count += 1
        self.tell(self.order.join(f"{self.count:03}"))

    @precondition(lambda self: self.last)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        member = data.draw(st.sampled_from(sorted(self.last)))
        del self.last[member]
        self.tell(self.order.remove(member))

    @precondition(lambda self: self.last)
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        parts: list[list[Address]] = [[], [], []]
        for member in sorted(self.last):
            part = data.draw(st.integers(0, 3))
            if part < 3:
                parts[part].append(member)
        if named := [part for part in parts if part]:
            self.tell(self.order.split(named))

    @rule()
    def heal(self) -> None:
        self.tell(self.order.heal())
        assert len(self.order.components) == (1 if self.last else 0)

    @invariant()
    def everyone_was_told_who_hears_it(self) -> None:
        assert sorted(member for part in self.order.components for member in part) == sorted(
            self.last
        )
        for member, configuration in self.last.items():
            assert configuration.members == self.order.audience(member)
            assert member in configuration.members
            assert configuration.members in self.order.components


TestGroups = Groups.TestCase
