"""The stepper's screen: the diagram, the current step in it, and what is to be said of that.

The one module that imports Textual, so that whoever prints does not wait for it. The current row
has a pointer as well as a colour, and what comes after it is faint.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

from rich.console import Group
from rich.padding import Padding
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from onevoice.diagram.unicode import Drawing, Line, drawing
from onevoice.stepper import paint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.events import Click

    from onevoice.diagram.diagram import Diagram
    from onevoice.stepper.story import Story

_POINTER = "❯"
_DIFFERS = "✗"
_UNNOTICED_S = 0.1
THREAD = "onevoice-stepper"
_CURRENT = "on grey30"
_HELP = """\
j  ↓  →        the next step
k  ↑  ←        the step before
g  Home        the first state
G  End         the last state
{marked}f              the state in full, or only what changed
PgUp  PgDn     scroll what stands beside the diagram
q              leave

A click in the diagram goes to that step.

✓ true   ✗ false   … still owed: it must happen later
+ made true by the step   - made false"""
_MARKED = "d              the first difference\n"


class Lines(VerticalScroll, can_focus=False):
    """The rows of a diagram, of which one is the current one."""

    class Chosen(Message):
        """A row was clicked."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    class Resized(Message):
        """There is more or less room."""

    def __init__(self) -> None:
        super().__init__(id="rows")
        self._drawn: Drawing | None = None
        self._text = Static(id="text")

    @property
    def room(self) -> int:
        """Cells of a line."""
        return self.scrollable_content_region.width

    def compose(self) -> ComposeResult:
        yield self._text

    def show(self, drawn: Drawing, row: int, marked: int | None) -> None:
        """Draws the rows, and keeps the current one in sight."""
        self._drawn = drawn
        texts = [self._line(line, row, marked) for line in (*drawn.body, *drawn.foot)]
        self._text.update(Text("\n", no_wrap=True).join(texts))
        places = [number for number, line in enumerate(drawn.body) if line.row == row]
        first, end = places[0], places[-1] + 1
        if end == len(drawn.body) and len(texts) - first <= self.size.height:
            end = len(texts)  # what is wrong at the end is seen with the last row
        at = Region(0, first, 1, end - first)
        self.call_after_refresh(self.scroll_to_region, at, animate=False, force=True)

    def _line(self, line: Line, row: int, marked: int | None) -> Text:
        text = paint.line(line)
        if line.row is None:
            return text
        if line.row == row:
            style = paint.BAD if row == marked else "bold"
            text = Text.assemble((_POINTER, style), text[1:])
            text.pad_right(max(self.room - text.cell_len, 0))
            text.stylize(_CURRENT)
            return text
        if line.row == marked:
            text = Text.assemble((_DIFFERS, paint.BAD), text[1:])
        if line.row > row:
            text.stylize("dim")
        return text

    def on_resize(self) -> None:
        self.post_message(self.Resized())

    def on_click(self, event: Click) -> None:
        offset = event.get_content_offset(self)
        if self._drawn is None or offset is None:
            return
        place = offset.y + self.scroll_offset.y
        if 0 <= place < len(self._drawn.body):
            row = self._drawn.body[place].row
            if row is not None:
                self.post_message(self.Chosen(row))


class Help(ModalScreen[None]):
    """The keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", "Close"),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._said = text

    def compose(self) -> ComposeResult:
        yield Static(Text(self._said), id="help")

    def on_click(self) -> None:
        self.dismiss()


class Stepper(App[None]):
    """Steps through a story.

    Args:
        story: what is told.
        full: begin with the states in full.
    """

    TITLE = "onevoice"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (116, "-wide")]  # noqa: RUF012
    CSS = """
    Screen { layout: vertical; }
    #title { height: auto; text-style: bold; padding: 0 1; background: $panel; }
    #stage { height: 1fr; }
    #drawing { height: 1fr; }
    #rows, .pane { scrollbar-size-vertical: 1; }
    #rows { scrollbar-gutter: stable; overflow-x: auto; scrollbar-size-horizontal: 1; }
    #drawing { overflow: hidden hidden; }
    #heads { width: auto; min-width: 100%; height: auto; }
    #text { width: auto; min-width: 100%; height: auto; }
    #panes { height: 1fr; border-top: solid $secondary; }
    .pane { padding: 0 1; }
    .pane Static { height: auto; }
    .name { text-style: bold; color: $text-accent; }
    .pane.second { border-left: solid $secondary; }
    .-wide #stage.one { layout: horizontal; }
    .-wide #stage.one #drawing { width: 3fr; height: 1fr; }
    .-wide #stage.one #panes { width: 2fr; border-top: none; border-left: solid $secondary; }
    Help { align: center middle; }
    #help { width: auto; height: auto; padding: 1 3; border: solid $secondary; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down,right,space", "go(1)", "Next", key_display="j"),
        Binding("k,up,left", "go(-1)", "Back", key_display="k"),
        Binding("g,home", "first", "First", key_display="g"),
        Binding("G,end", "last", "Last", key_display="G"),
        Binding("d", "marked", "Difference"),
        Binding("f", "full", "Full state"),
        Binding("pagedown", "scroll(1)", "Scroll", show=False),
        Binding("pageup", "scroll(-1)", "Scroll", show=False),
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("q,ctrl+c", "quit", "Quit", key_display="q"),
    ]

    row: reactive[int] = reactive(0, init=False)
    full: reactive[bool] = reactive(False, init=False)

    class Ready(Message):
        """What was to be found out of a row is known."""

    def __init__(self, story: Story, *, full: bool = False) -> None:
        super().__init__()
        self._story = story
        self.is_preparing = False
        self.set_reactive(Stepper.full, full)

    @property
    def _diagram(self) -> Diagram:
        return self._story.diagram

    def compose(self) -> ComposeResult:
        yield Static(Text(self._story.title), id="title")
        with Container(id="stage", classes="one" if self._story.sides == 1 else "two"):
            with Container(id="drawing"):
                yield Static(id="heads")
                yield Lines()
            with Horizontal(id="panes"):
                for side in range(self._story.sides):
                    with VerticalScroll(classes="pane second" if side else "pane") as scroll:
                        scroll.can_focus = False
                        yield Static(classes="name")
                        yield Static(classes="said")
        yield Footer()

    def on_mount(self) -> None:
        self._show()
        self.watch(self.query_one(Lines), "scroll_x", self._move_heads, init=False)

    def _move_heads(self, columns: float) -> None:
        """Keeps the members' names above their lanes."""
        self.query_one("#heads", Static).styles.offset = (-round(columns), 0)

    # -- keys -----------------------------------------------------------------------------------

    def action_go(self, steps: int) -> None:
        """Some steps on, or back."""
        self.row = min(max(self.row + steps, 0), len(self._diagram.rows) - 1)

    def action_first(self) -> None:
        self.row = 0

    def action_last(self) -> None:
        self.row = len(self._diagram.rows) - 1

    def action_marked(self) -> None:
        """To the first difference."""
        if self._story.marked is not None:
            self.row = self._story.marked

    def action_full(self) -> None:
        self.full = not self.full

    def action_scroll(self, pages: int) -> None:
        """Scrolls the panes."""
        for pane in self.query(".pane").results(VerticalScroll):
            pane.scroll_relative(y=pages * max(pane.size.height - 1, 1), animate=False)

    def action_help(self) -> None:
        self.push_screen(Help(_HELP.format(marked=_MARKED if self._story.sides > 1 else "")))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No key for a difference where nothing is compared; no steps behind the help."""
        if action == "marked":
            return self._story.sides > 1
        return not isinstance(self.screen, Help) or action == "quit"

    def on_lines_resized(self) -> None:
        self._show_diagram()

    def on_lines_chosen(self, chosen: Lines.Chosen) -> None:
        self.row = chosen.row

    # -- what is shown --------------------------------------------------------------------------

    def watch_row(self) -> None:
        self._show()

    def watch_full(self) -> None:
        self._show()

    def on_stepper_ready(self) -> None:
        self.is_preparing = False
        self._show()

    def _prepare(self) -> None:
        """Finds out what is not known of a row yet, in a thread that nobody waits for.

        What takes no time to speak of is shown at once, and the rest when it is there. There is
        one thread at a time, for whoever holds a key down wants to know of the last row only.
        """
        if self._story.is_ready(self.row) or self.is_preparing:
            return
        self.is_preparing = True
        thread = Thread(target=self._found_out, name=THREAD, args=(self.row,), daemon=True)
        thread.start()
        thread.join(_UNNOTICED_S)

    def _found_out(self, row: int) -> None:
        self._story.prepare(row)
        with suppress(RuntimeError):  # nobody listens if it was left in the meantime
            self.post_message(self.Ready())

    def _show(self) -> None:
        self._prepare()
        panes = self._story.panes(self.row, full=self.full)
        for pane, scroll in zip(panes, self.query(".pane").results(VerticalScroll), strict=True):
            scroll.query_one(".name", Static).update(Text(pane.title))
            scroll.query_one(".said", Static).update(_hanging(pane.lines))
            scroll.scroll_home(animate=False)
        self._show_diagram()

    def _show_diagram(self) -> None:
        lines = self.screen_stack[0].query_one(Lines)
        if not lines.room:
            return  # before the first layout
        drawn = drawing(self._diagram, lines.room)
        heads = self.screen_stack[0].query_one("#heads", Static)
        heads.update(Text("\n", no_wrap=True).join(paint.line(line) for line in drawn.heads))
        lines.show(drawn, self.row, self._story.marked)


def _hanging(lines: Iterable[Text]) -> Group:
    """Lines that go on below indented as far as they are."""
    indented = []
    for line in lines:
        indent = len(line.plain) - len(line.plain.lstrip())
        indented.append(Padding(line[indent:], (0, 0, 0, indent)) if indent else line)
    return Group(*indented)
