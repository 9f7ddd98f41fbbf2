"""The kinds of check, a module each, so that what each depends on can be read off its imports."""
