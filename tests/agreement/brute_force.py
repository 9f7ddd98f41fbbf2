"""Leads-to on small labelled graphs, decided by trying every set of states. Obviously right.

A violation is a behaviour that meets the premise, and the goal neither then nor later, and is
fair. From some point on it visits exactly the states that it visits infinitely often: a set that it
can go round without leaving. Whoever goes round such a set may take every edge inside it again and
again, which is the fairest way to do so; so a set is good for a violation if that way is fair.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

Edge = tuple[int, int, int]  # source, label, target


@dataclass(frozen=True)
class Labelled:
    """A graph with the fairness of each label: `fair[label]`.

    `states` are the numbers that are states; the first `initial` of them are initial.
    """

    states: tuple[int, ...]
    initial: int
    edges: tuple[Edge, ...]
    fair: tuple[str, ...]

    def violated(self, premise: set[int], goal: set[int]) -> bool:
        """Whether premise ↝ goal is violated, by the definition."""
        pending = self.reached(
            premise & self.reached(self.states[: self.initial], set(self.states)) - goal,
            set(self.states) - goal,
        )
        return any(
            self.goes_round(set(some)) and self.is_fair(set(some))
            for size in range(1, len(pending) + 1)
            for some in combinations(sorted(pending), size)
        )

    def reached(self, seeds: Iterable[int], within: set[int]) -> set[int]:
        """The states reached from the seeds without leaving `within`."""
        found = set(seeds) & within
        while True:
            more = {t for s, _, t in self.edges if s in found and t in within} - found
            if not more:
                return found
            found |= more

    def goes_round(self, some: set[int]) -> bool:
        """Whether every state of the set can be reached from every other inside it."""
        return all(self.reached({state}, some) == some for state in some)

    def is_fair(self, some: set[int]) -> bool:
        """Whether resting in the one state, or taking every edge inside, breaks no promise."""
        taken = {label for s, label, t in self.edges if s in some and t in some}
        for label, fairness in enumerate(self.fair):
            enabled = {s for s, its, _ in self.edges if its == label and s in some}
            if label in taken or fairness == "none":
                continue
            if enabled == some or (enabled and fairness == "strong"):
                return False
        return True
