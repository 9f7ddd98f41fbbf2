"""The proof of the exchange, for any number of members, views, requests, failures and data.

`ghosts.py` (what the proof remembers besides), then the lemmas in the order in which they are best
read: `views.py`, `messages.py`, `rounds.py`, `voice.py`, `data.py`. Each says why it is true; that
together they are inductive, and imply every safety property, is what `onevoice prove` shows.
"""

from model.protocol import Switches, exchange
from proofs.exchange.data import ExchangeProof
from proofs.induction.proof import Proof, proof_of

__all__ = ["ExchangeProof", "exchange_proof"]


def exchange_proof(switches: Switches) -> Proof:
    """The proof of the exchange under these switches."""
    return proof_of(exchange(switches), ExchangeProof(switches))
