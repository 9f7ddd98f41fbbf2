"""The sorts of the exchange."""

from model.lang import Element, Enumeration, Sort


class Member(Sort, ordered=True):
    """A process of the group; its incarnations are members of their own. Ordered by name."""


class View(Sort, ordered=True):
    """A membership, as the group service announces it. Ordered by formation."""


class Arrival(Sort, ordered=True):
    """What one request brings: the members that join, or the parts that merge."""


class Datum(Sort):
    """Something that may be in a group's data, such as what one part had before it merged."""


class Kind(Enumeration):
    """The kinds of message."""

    data = Element()
    ack = Element()
