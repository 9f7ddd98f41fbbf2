"""What the tests of proofs share: the protocol's proof, staged once, and its hints."""

from __future__ import annotations

from functools import cache

from model.protocol import Delivery, Switches, Variant
from onevoice.proving import hints
from proofs.exchange import exchange_proof
from proofs.induction.certificate import Hint
from proofs.induction.obligations import Obligation, Obligations, obligations_of


@cache
def obligations(delivery: Delivery, variant: Variant | None = None) -> Obligations:
    """The obligations of the protocol's safety."""
    return obligations_of(exchange_proof(Switches(delivery, variant=variant)))


def hinted(delivery: Delivery) -> list[tuple[Obligation, Hint]]:
    """The obligations with the hint of the certificate."""
    certificate = hints()
    return [(o, certificate[o.title]) for o in obligations(delivery) if o.title in certificate]
