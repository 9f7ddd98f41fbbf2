"""One proof of the protocol for every size: its safety, then its responses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.exits import Exit, Stop

if TYPE_CHECKING:
    from model.protocol import Switches
    from proofs.induction.certificate import Certificate
    from proofs.induction.proved import Proved, Say, Way


def prove(switches: Switches, way: Way, say: Say) -> list[Proved]:
    """Proves the protocol under these switches: its safety, then its responses.

    Args:
        switches: delivery, perhaps a variant.
        way: how.
        say: is told how far it is.
    """
    from proofs.exchange import exchange_liveness, exchange_proof
    from proofs.induction import proved

    safety = proved.prove(partial(exchange_proof, switches), way, say)
    if switches.total_order:
        return [safety]
    responses = proved.prove(partial(exchange_liveness, switches), way, say, safety)
    return [each for each in (safety, responses) if each.outcomes]


def exit_of(done: Sequence[Proved]) -> Exit:
    """0 if something was proved, and nothing is open."""
    from proofs.induction.attempt import PROVED

    shown = any(proved.with_result(PROVED) for proved in done)
    is_open = any(proved.open for proved in done)
    return Exit.HOLDS if shown and not is_open else Exit.NOT_PROVED


def contradiction(proved: Proved) -> None:
    """Stops the program if the second solver has a model where the first says there is none."""
    from proofs.smt.solver import SAT

    for title, answer in proved.opinions.items():
        if answer.result == SAT:
            raise Stop(
                Exit.DEFECT,
                f"the solvers contradict each other: z3 proves {title!r}, and cvc5 has a "
                "counterexample. Nothing that was proved counts; please report this, with the file "
                "that --smt2 writes for it",
            )


def hints() -> Certificate:
    """The certificate of the protocol's proof.

    Raises:
        Stop: the file is no certificate.
    """
    from proofs.induction.certificate import read

    try:
        return read(certificate_path())
    except ValueError as error:
        raise Stop(Exit.USAGE, str(error)) from None


def certificate_path() -> Path:
    """Where the hints are kept."""
    import proofs.exchange

    return Path(proofs.exchange.__file__).with_name("certificate.json")
