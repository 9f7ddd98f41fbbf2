"""What a diagram is drawn with on a terminal: characters for those that have them, and ASCII."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from onevoice.diagram.diagram import MessageKind, Sign


@dataclass(frozen=True)
class Glyphs:
    """The characters of a drawing, each one cell wide.

    Attributes:
        signs: by the order of `Sign`.
        data, ack: the shaft; where it crosses a lane; where it leaves its lane to the right, and to
            the left; where that lane is no more; the head to the right, and to the left; and the
            bend of what a member sends to itself.
        loop: where it ends, with its head; between; where it begins; and of rest.
    """

    signs: str
    data: str
    ack: str
    loop: tuple[str, str, str, str]
    life: str
    waiting: str
    view: str
    crossed: str
    more: str
    none: str
    leads: str

    def sign(self, sign: Sign) -> str:
        return self.signs[list(Sign).index(sign)]

    def arrow(self, kind: MessageKind) -> str:
        return self.data if kind == "data" else self.ack


UNICODE = Glyphs(
    signs="●▶▷■◆✗?",
    data="━┿┝┥╺▶◀┛",
    ack="╌┼├┤╶▷◁╯",
    loop=("╭▸", "│ ", "╰╴", "↻ "),
    life="│",
    waiting="┊",
    view="┄",
    crossed="┼",
    more="…",
    none="–",
    leads="→",
)
ASCII = Glyphs(
    signs="oTA#CX?",
    data="=+||=><'",
    ack="-+||-)('",
    loop=(".>", "| ", "'-", "@ "),
    life="|",
    waiting=":",
    view=".",
    crossed="+",
    more="~",
    none="-",
    leads="->",
)


def glyphs_for(encoding: str) -> Glyphs:
    """The characters that an encoding has."""
    try:
        "".join("".join(value) for value in astuple(UNICODE)).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE
