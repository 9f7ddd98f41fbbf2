"""A trace stepped through on a terminal.

`story` is what there is to tell of each row of a diagram; `behaviour` tells a trace on the
specification, `comparison` one that was forced upon an implementation beside it. `paint` gives
lines and facts their colours, `app` is the screen and its keys (the one module that imports
Textual), and `start` says whether there is a terminal to do it on.

There is no logic here: what is true is for `onevoice.explorer.session` and the interpreter to say,
and what an implementation did for `traces.forced`.
"""
