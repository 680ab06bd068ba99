"""A clean-up before it is done: every line of the plan, by folder, to be heard, taken out, written or applied."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.widgets import Input

from ctk_tui.tui.dialogs.ask import Ask, absolute
from ctk_tui.tui.dialogs.frame import Dialog
from ctk_tui.tui.keymap import named
from ctk_tui.tui.present.footer import footer
from ctk_tui.tui.present.glyphs import glyphs
from ctk_tui.tui.present.review import COLUMNS, Line, Lines, below, head, title
from ctk_tui.tui.transport import Heard
from ctk_tui.tui.widgets.line import Line as TextLine
from ctk_tui.tui.widgets.query_line import QueryInput, QueryLine
from ctk_tui.tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key, Resize

    from ctk_tui.model.plan import Plan

_WORDS = (
    ("space", "play"),
    ("m", "take out or in"),
    ("/", "filter"),
    ("w", "write to a file"),
    ("y", "apply"),
    ("esc", "leave"),
)
_MOVES = {
    "down": "down", "up": "up", "first": "first", "last": "last", "half_down": "half_down", "half_up": "half_up",
    "page_down": "page_down", "page_up": "page_up",
}  # fmt: skip


class Review(Dialog["Plan"]):
    """Shows a plan; the answer is the plan without what was taken out, None where it was left.

    Args:
        plan: what would be done.
        lines: its operations by folder.
    """

    DEFAULT_CSS = """
    Review { align: left top; background: $background; }
    Review > VirtualTable { height: 1fr; }
    """

    def __init__(self, plan: Plan, lines: Lines) -> None:
        super().__init__()
        self._plan, self._lines = plan, lines
        self._filtered = ""

    def compose(self) -> ComposeResult:
        """Give the parts."""
        self._title, self._below, self._footer = TextLine(), TextLine(), TextLine()
        self._query = QueryLine("filter: words of the path")
        signs = glyphs(self.ctk.ascii_only)
        self._table = VirtualTable(COLUMNS, head=head, signs=signs)
        yield self._title
        yield self._query
        yield self._table
        yield self._below
        yield self._footer

    def on_mount(self) -> None:
        """List all of it."""
        self._table.show(self._lines.ids())
        self.set_focus(self._table)
        self._draw()

    def on_resize(self, event: Resize) -> None:
        """Draw the lines at the new width."""
        del event
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        look, width = self.ctk.look, self.size.width
        out = sum(one >= 0 for one in self._table.marks)
        self._title.show(title(self._plan, out, look))
        self._below.show(below(self._table.row(), width, look))
        self._footer.show(footer([(key, word, True) for key, word in _WORDS], width, look))

    def on_virtual_table_need_rows(self, message: VirtualTable.NeedRows) -> None:
        """Give rows: they are in memory."""
        message.stop()
        self._table.deliver(message.request, {one: self._lines.row(one) for one in message.request.ids})

    def on_virtual_table_cursor_moved(self, message: VirtualTable.CursorMoved) -> None:
        """Say where the row under the cursor lies."""
        message.stop()
        self._draw()

    def on_virtual_table_marks_changed(self, message: VirtualTable.MarksChanged) -> None:
        """Tell how many lines were taken out."""
        message.stop()
        self._draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while one types."""
        event.stop()
        self._filter()

    def _filter(self) -> None:
        """List what the filter finds: at once for keys that are typed behind it."""
        if self._query.value != self._filtered:
            self._filtered = self._query.value
            self._table.show(self._lines.ids(self._filtered), fresh=True)

    def on_query_input_left(self) -> None:
        """Go back to the list."""
        self.set_focus(self._table)

    def on_query_input_moved(self, message: QueryInput.Moved) -> None:
        """Move the list from the line."""
        getattr(self._table, f"move_{message.action}")()

    def pressed(self, event: Key) -> bool:
        """Do what the key means here."""
        if isinstance(self.focused, Input):
            return False
        self._filter()
        key = named(event)
        action = self.ctk.keys.grammar.feed("duplicates", key)
        if key == "y":
            out = {self._lines.operations[one].path for one in self._table.marks if one >= 0}
            self.dismiss(self.ctk.toolkit.files.without(self._plan, out) if out else self._plan)
        elif key == "w":
            self.ctk.start(self._write())
        elif action is None:
            pass
        elif action.name in _MOVES:
            getattr(self._table, f"move_{action.name}")()
        elif action.name == "mark":
            self._take_out()
        elif action.name == "query":
            self.set_focus(self._query.input)
        elif action.name in ("play_pause", "enter"):
            self._play()
        return True

    def leave(self) -> bool:
        """Leave the filter's line, then the filter, then the plan; a chord that was begun is given up."""
        if isinstance(self.focused, Input):
            return False
        self.ctk.keys.grammar.cancel()
        if self._query.value:
            self._query.input.value = ""
        else:
            self.dismiss(None)
        return True

    def _take_out(self) -> None:
        """Take the line, or all lines of the folder, out of the plan, or in again."""
        here = self._table.view.current
        if here is None:
            return
        marks = self._table.marks
        numbers = [here] if here >= 0 else [here, *self._lines.members[here]]
        (marks.discard if here in marks else marks.add)(numbers)
        self._table.move_down()

    def _play(self) -> None:
        row = self._table.row()
        if isinstance(row, Line):
            self.ctk.start(self._play_path(row.operation.path))

    async def _play_path(self, path: bytes) -> None:
        audio_id = await self.ctk.bridge.run("rows", self.ctk.toolkit.catalog.id_of, path)
        self.ctk.transport.play(Heard(audio_id, path))

    async def _write(self) -> None:
        path = await self.ctk.ask(Ask("Write the plan to which file?", f"{Path.cwd()}/clean-up.plan"))
        if path is not None:
            await self.ctk.bridge.run("side", self.ctk.toolkit.files.write_plan, self._plan, absolute(path))
            self.ctk.tell(f"written: {path}", hint="`ctk apply` applies it")
