"""The classics at scopes that are small enough for brute force."""

from __future__ import annotations

import pytest

from model.lang import Spec, stage
from model.scope import Finite, Scope
from tests.classics.every import CLASSICS

STATES_MAX = 300


def finite(spec: Spec, scope: Scope) -> Finite:
    return Finite(stage(spec), scope)


SMALL = [
    pytest.param(finite(golden.spec, golden.scope), id=str(golden))
    for classic in CLASSICS
    for golden in classic.GOLDEN
    if golden.states + golden.besides <= STATES_MAX
]
