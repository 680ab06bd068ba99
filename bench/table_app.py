"""One list of generated rows, in ctk's table or in Textual's own: what `bench.table` measures on a terminal.

python -m bench.table_app virtual 1000000
python -m bench.table_app datatable 20000
python -m bench.table_app empty
"""

from __future__ import annotations

import random
import sys
from array import array
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.widgets import DataTable

from ctk_tui.model.entry import AudioEntry
from ctk_tui.tui.present.files import AUDIO_COLUMNS, stater
from ctk_tui.tui.present.glyphs import UNICODE
from ctk_tui.tui.table.ids import as_ids
from ctk_tui.tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

WORDS = ("kick", "snare", "hat", "vox", "chop", "pad", "sub", "rim", "tom", "amb", "vinyl", "choir", "pluck", "drone")
KEYS = ("Am", "Cmaj", "F#m", "120", "174", "oneshot", "loop", "final v2", "mono", "take 3")
SOURCES = ("drive-a", "drive-e", "music", "backup", "nas")
FORMATS = ("wav", "wav", "wav", "flac", "mp3", "aiff")
CATEGORIES = ("drums", "synth", "vocal", "bass", "guitar", "fx", "other", None)
FIRST = 100
"""Rows shown before all ids are known."""


def entry(some: int) -> AudioEntry:
    """Return the file with this id: always the same one."""
    pick = random.Random(some)
    words = f"{WORDS[some % len(WORDS)]}_{pick.choice(WORDS)}_{pick.choice(KEYS)}_{some:06}"
    extension, source = pick.choice(FORMATS), SOURCES[some % len(SOURCES)]
    root = f"/mnt/{source}/".encode()
    path = root + f"packs/{2004 + some % 20}/{WORDS[some % 7]} collection {some % 97}/{words}.{extension}".encode()
    category = pick.choice(CATEGORIES)
    return AudioEntry(
        id=some, path=path, source=source, rel_start=len(root), file_size=pick.randrange(4_000, 9_000_000),
        file_hash=f"{some:016x}", duration_secs=pick.random() * 9, sample_rate=pick.choice((44100, 48000)),
        channels=1 + some % 2, format=extension, bit_depth=None if extension == "mp3" else 24,
        modified_at=1.1e9 + some * 500 % 6e8, added_at=1.7e9 + some % 5e6, category=category,
        category_source=pick.choice(("user", "model")) if category else None, confidence=pick.random(), labels=(),
        copies=1 + (some % 9 == 0) * pick.randrange(3), verified=True, protected=some % 31 == 0,
        offline=source == "backup", missing=False, quarantined=False, cloud=False,
        error="no frames" if some % 101 == 0 else None,
    )  # fmt: skip


class Bench(App[None]):
    """What all sides of the bench have in common."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [("f5", "resort"), ("f6", "filter"), ("f7", "clear"), ("f10", "quit")]

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.order = 1


class Empty(Bench):
    """Nothing."""


class Virtual(Bench):
    """The table of ctk; rows are made in the place of a reader's thread."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("up,k", "move('up')"), ("down,j", "move('down')"), ("pageup", "move('page_up')"), ("home", "move('first')"),
        ("pagedown", "move('page_down')"), ("end", "move('last')"), ("m", "mark(True)"), ("u", "mark(False)"),
        ("v", "start_range"),
    ]  # fmt: skip

    def compose(self) -> ComposeResult:
        """Give the table."""
        yield VirtualTable(AUDIO_COLUMNS, state=stater(UNICODE))

    @property
    def table(self) -> VirtualTable:
        """The table."""
        return self.query_one(VirtualTable)

    def on_mount(self) -> None:
        """Show the first rows, then all."""
        self.animation_level = "none"
        self.table.set_sort("name")
        self.table.show(range(1, min(FIRST, self.count) + 1))
        self.run_worker(self._all, thread=True)

    def _all(self) -> None:
        # All lists are made off the screen's thread, as a search makes them.
        up = array("q", range(1, self.count + 1))
        self._orders = {1: as_ids(up), -1: as_ids(up[::-1]), 10: as_ids(up[9::10])}
        self.call_from_thread(self.table.show, self._orders[1])

    def on_virtual_table_need_rows(self, message: VirtualTable.NeedRows) -> None:
        """Make rows off the screen's thread."""

        def read() -> None:
            rows = {some: entry(some) for some in message.request.ids}
            self.call_from_thread(self.table.deliver, message.request, rows)

        self.run_worker(read, thread=True)

    def action_move(self, how: str) -> None:
        """Move the cursor."""
        getattr(self.table, f"move_{how}")()

    def action_mark(self, on: bool) -> None:
        """Mark."""
        self.table.mark(on=on)

    def action_start_range(self) -> None:
        """Begin a range."""
        self.table.start_range()

    def action_resort(self) -> None:
        """Turn the order round."""
        self.order = -self.order
        self.table.set_sort("name", descending=self.order < 0)
        self.table.show(self._orders[self.order], fresh=True)

    def action_filter(self) -> None:
        """Show every tenth row."""
        self.table.show(self._orders[10], fresh=True)

    def action_clear(self) -> None:
        """Show all rows."""
        self.table.show(self._orders[1], fresh=True)


class Theirs(Bench):
    """Textual's DataTable with the same cells."""

    def compose(self) -> ComposeResult:
        """Give the table."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill the table."""
        self.animation_level = "none"
        table = self.query_one(DataTable)
        for column in AUDIO_COLUMNS:
            table.add_column(column.title, width=column.width, key=column.key)
        self._texts = [_texts(entry(some)) for some in range(1, self.count + 1)]
        self._fill(1)

    def _fill(self, step: int) -> None:
        table = self.query_one(DataTable)
        table.clear()
        table.add_rows(self._texts[step - 1 :: step])

    def action_resort(self) -> None:
        """Turn the order round."""
        self.order = -self.order
        self.query_one(DataTable).sort("name", reverse=self.order < 0)

    def action_filter(self) -> None:
        """Show every tenth row."""
        self._fill(10)

    def action_clear(self) -> None:
        """Show all rows."""
        self._fill(1)


def _texts(row: AudioEntry) -> list[str]:
    cells = (column.render(row) for column in AUDIO_COLUMNS)
    return [cell if isinstance(cell, str) else cell.text for cell in cells]


SIDES: dict[str, type[Bench]] = {"virtual": Virtual, "datatable": Theirs, "empty": Empty}


def demo() -> App[None]:
    """Return the table with 20,000 rows, for a look at it."""
    return Virtual(20_000)


if __name__ == "__main__":
    SIDES[sys.argv[1]](int(sys.argv[2]) if len(sys.argv) > 2 else 0).run()
