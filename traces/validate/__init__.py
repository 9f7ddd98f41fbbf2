"""Is a log a behaviour of the specification?

A log is what members noted, each for itself (`impl/log.py` says the format): some of what happened,
without a common clock, perhaps with fields or whole kinds of event left out, perhaps ending in the
middle. It is accepted if there is a behaviour of the specification that shows it: each event is a
step of it, taken where its guard holds, and all that the event says is so after it.

Separated parts are side by side, and the specification has one view after the other; so there is
one behaviour for each path that lives have taken through the views, in which whoever goes another
way crashes. Each event must be in one of them.

- `views`: who installed which view.
- `steps`: the steps of a behaviour, with those that no log shows.
- `behaviour`: its state and its names.
- `forming`: how the next view is formed.
- `fields`: whether what an event says is so.
- `follow`: the search along a path.
- `verdict`: all paths, and what comes of them.

TLA+ calls this trace validation (Cirstea, Kuppe, Loillier, Merz: "Validating traces of distributed
programs against TLA+ specifications", SEFM 2024).
"""

from traces.validate.verdict import Validator, Verdict, validate

__all__ = ["Validator", "Verdict", "validate"]
