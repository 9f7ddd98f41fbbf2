"""Liveness for every size: all runs end, and where nothing fair is left to do all is done."""

from proofs.liveness.rest import (
    RestObligations,
    RestProof,
    at_rest,
    grows,
    liveness_of,
    taken_for_granted,
)

__all__ = [
    "RestObligations",
    "RestProof",
    "at_rest",
    "grows",
    "liveness_of",
    "taken_for_granted",
]
