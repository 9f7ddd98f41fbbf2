"""Whether logs are behaviours of the specification: `traces.validate`, and a second opinion."""
