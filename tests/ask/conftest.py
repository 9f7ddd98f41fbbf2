"""The command line, and questions without it."""

from __future__ import annotations

from functools import cache

from model.lang import parse
from model.lang.expr import Expr
from onevoice.asking import Asked, ask
from proofs.exchange import ExchangeProof, exchange_proof
from proofs.induction.proof import Proof
from tests.onevoice.conftest import onevoice, program
from traces.run import Run

__all__ = ["onevoice", "program"]

LIMIT_S = 60.0  # so that no answer depends on how busy the machine is


@cache
def proof(failures: int) -> Proof:
    return exchange_proof(Run(failures=failures).staged.parameters["switches"])


def formula(text: str) -> Expr:
    return parse(text, ExchangeProof(Run().staged.parameters["switches"])).expr


def asked(text: str, run: Run) -> Asked:
    return ask(run, formula(text), proof(run.failures), LIMIT_S, lambda progress: None)
