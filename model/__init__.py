"""The executable specification, and the engines that explore it at finite scopes."""
