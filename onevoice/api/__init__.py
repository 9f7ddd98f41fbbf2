"""What Python and notebooks call: the commands' work, with results as values.

`check` searches a scope, `prove` proves for every size, `conform` drives the implementation through
every transition, `replay` takes a trace again. `import onevoice` has them all.

- Each takes the options of the command of its name as keywords, with the same defaults; a value
  that the command refuses is refused with the same sentence, as a `ValueError`.
- Each returns a frozen value. `holds` is True only where something was checked and all of it holds:
  not where a limit stopped it, and not where it holds only vacuously. `exit` is the command's exit
  code, `verdict` the last words of its report, `str()` the whole report.
- `bool()` of a result is `holds`, so that `assert onevoice.check("2+1")` is a test. What is false
  is not always violated: `exit` tells.
- A notebook shows a result as a table with a diagram, which needs no script and no network.
- Nothing is printed, unless `progress=True` asks for it, and no file is written, but for the cache
  of proofs and the folder of states, if one is given. An interrupt comes through as a
  `KeyboardInterrupt`.

`options` reads keywords as the command line reads options, `results` is what all results have,
`drawn` makes HTML of them; `counterexamples`, `checked` and `proved` are what comes of
`checking` and `proving`; `conforming` and `replaying` are one idea each.
"""

from onevoice.api.checked import Checked
from onevoice.api.checking import check
from onevoice.api.conforming import Conformed, conform
from onevoice.api.counterexamples import Counterexample
from onevoice.api.proved import OpenObligation, Proofs
from onevoice.api.proving import prove
from onevoice.api.replaying import Replayed, replay

__all__ = [
    "Checked",
    "Conformed",
    "Counterexample",
    "OpenObligation",
    "Proofs",
    "Replayed",
    "check",
    "conform",
    "prove",
    "replay",
]
