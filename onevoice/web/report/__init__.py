"""The report: one HTML file that needs no network and opens from disk.

`content` is what it says, as values; `tables`, `traces` and `page` lay it out. Scripts and styles
are files beside them, put into the page as they are. All text is escaped by `markup`, whatever it
comes from; without its script the page still says everything.
"""
