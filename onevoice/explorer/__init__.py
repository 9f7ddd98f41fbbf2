"""The explorer: a behaviour chosen step by step in a browser.

`session` is a behaviour and what can be said of it, `sessions` makes them from the text of a URL,
`onward` looks for a way to a predicate, `table` lays a state out by member and view, `answers` is
all of it as JSON, `beside` is what stands beside a behaviour, `limits` is how much may be asked,
`guard` decides who may ask, `asking` runs `onevoice ask`, `validating` holds logs against the
specification, `server` serves it all, and `page/` is what the browser shows.

There is no logic here: what a formula means and which steps there are is for the interpreter to
say, and whatever is read goes through the readers of the model and of traces.
"""
