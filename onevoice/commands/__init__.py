"""The commands, a module each: options are read, work is given away, results are shown."""
