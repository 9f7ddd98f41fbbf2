"""A trace as a sequence diagram.

`diagram` is what there is to see: lanes, rows, bands, marks and arrows, as plain values. `reading`
reads a trace as that, and `svg` draws it. No module here decides whether anything is right.
"""
