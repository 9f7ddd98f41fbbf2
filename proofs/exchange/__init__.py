"""The proof of the exchange, for any number of members, views, requests, failures and data.

`ghosts.py` (what the proof remembers besides), then the lemmas in the order in which they are best
read: `views.py`, `messages.py`, `rounds.py`, `voice.py`, `data.py`, `costs.py`. Each says why it is
true; that together they are inductive, and imply every safety property, is what `onevoice prove`
shows. `rest.py` is the proof of Termination and Coverage.
"""

from model.protocol import Switches, TotallyOrderedExchange, exchange
from proofs.exchange.costs import ExchangeProof
from proofs.exchange.rest import ExchangeRest
from proofs.induction.proof import Proof, proof_of
from proofs.liveness import RestProof, liveness_of

__all__ = ["ExchangeProof", "ExchangeRest", "exchange_liveness", "exchange_proof"]


class TotallyOrderedProof(ExchangeProof, TotallyOrderedExchange):
    """The same lemmas, where the service keeps E5, too."""


def exchange_proof(switches: Switches) -> Proof:
    """The proof of the exchange's safety under these switches.

    Raises:
        ValueError: of the long-lived form there is no proof.
    """
    if switches.long_lived:
        raise ValueError("there is no proof of the long-lived form")
    proof = TotallyOrderedProof if switches.total_order else ExchangeProof
    return proof_of(exchange(switches), proof(switches))


def exchange_liveness(switches: Switches) -> RestProof:
    """The proof of its responses, from the lemmas of the other proof.

    Raises:
        ValueError: of the long-lived form, and of total order, there is no proof.
    """
    if switches.long_lived or switches.total_order:
        raise ValueError("there is no proof of liveness of the long-lived form or with total order")
    return liveness_of(exchange(switches), ExchangeRest(switches))
