"""Calls that are only checked for their types, by mypy: what is right, and what must be refused."""

from __future__ import annotations

from typing import assert_type

import onevoice
from tests.api.lock_proof import lock_proof
from tests.classics import semaphore
from tests.proofs import lock


def right() -> None:
    assert_type(onevoice.check("2+1", failures=1, delivery="same-view"), onevoice.Checked)
    assert_type(onevoice.check(semaphore.semaphore(), {"Process": 2}), onevoice.Checked)
    assert_type(onevoice.check().violated["Complete"], onevoice.Counterexample)
    assert_type(onevoice.prove(delivery="same-view").open, tuple[onevoice.OpenObligation, ...])
    assert_type(onevoice.prove(lock_proof), onevoice.Proofs)
    assert_type(onevoice.conform().steps, tuple[str, ...])
    assert_type(onevoice.replay("trace.itf.json", on="core").holds, bool)


def wrong() -> None:
    onevoice.check("2+1", {"Process": 2})  # type: ignore[call-overload]
    onevoice.check(lock.Lock())  # type: ignore[call-overload]
    onevoice.check(lock.Lock(), {"Client": 2}, failures=1)  # type: ignore[call-overload]
    onevoice.check("2+1", delivery="some-view")  # type: ignore[call-overload]
    onevoice.prove(lock_proof, delivery="same-view")  # type: ignore[call-overload]
    onevoice.replay("trace.itf.json", on="the moon")  # type: ignore[arg-type]
