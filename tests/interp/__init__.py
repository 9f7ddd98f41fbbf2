"""The interpreter, which is the definition of what a spec means, against cases made by hand."""
