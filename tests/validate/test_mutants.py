"""Whole logs with one thing wrong are rejected, unless what is left is a behaviour all the same.

Which are valid says the second witness (`BruteForce`), and why there are any:

- *drop*: the last event of a life may be missing, as if it had been killed sooner; so may a `close`
  and an `update` after which the life did not go on with others.
- *duplicate*: an `update`, for an application may tell the group the same twice.
- *swap*: an acknowledgment and what is delivered meanwhile are in no order, nor are messages of
  different senders; and a message of a request that is over may come after the next view.
- *alter*: only what nobody else speaks of, such as the digest of data that was never sent.
- *cut*: always, for what is lost at the end of a log was not noted before its life was killed.
- *drop life*: almost always, for whoever has no log may have done all that others need of it; but
  somebody has to say what each view is.
- *exchange*: never, for each life is in its own views.
"""

from __future__ import annotations

from collections import Counter
from random import Random

from model.protocol import Delivery
from tests.validate.brute_force import BruteForce
from tests.validate.cases import SCOPES, whole
from tests.validate.mutants import KINDS, mutant
from tests.validate.said import Outside
from traces.errors import TraceError
from traces.validate import Validator

SEEDS = (60, 61)
OF_EACH_KIND = 4


def judged() -> tuple[Counter[tuple[str, bool]], list[str]]:
    """By kind of mutant and whether it is valid how many were judged; which were judged wrongly."""
    counts: Counter[tuple[str, bool]] = Counter()
    wrong: list[str] = []
    for groups in SCOPES:
        for delivery in Delivery:
            validator = Validator(delivery)
            for seed in SEEDS:
                case, brute_force = whole(groups, delivery, seed), BruteForce(delivery, 3_000)
                chance = Random(case.name)
                for kind in KINDS * OF_EACH_KIND:
                    made = mutant(case.logs, kind, chance)
                    if made is None:
                        continue
                    try:
                        valid = brute_force.accepts(made.logs)
                        verdict = validator.validate(made.logs)
                    except (Outside, TraceError):
                        continue
                    counts[kind, valid] += 1
                    if verdict.accepted != valid or verdict.undetermined:
                        wrong.append(f"{case.name}: {made}: {valid} {verdict}")
    return counts, wrong


def test_all_that_are_invalid_are_rejected_and_all_that_are_valid_accepted() -> None:
    counts, wrong = judged()
    assert wrong == []
    assert {kind: (counts[kind, False], counts[kind, True]) for kind in KINDS} == {
        # (invalid, valid)
        "drop": (51, 20), "duplicate": (75, 1), "swap": (45, 16), "alter": (65, 1),
        "cut": (0, 69), "drop life": (3, 69), "exchange": (37, 0),
    }  # fmt: skip
