"""Asking: the query line of a list of audio files, and what is shown of the answers."""

from __future__ import annotations

import asyncio
import re
from array import array
from typing import TYPE_CHECKING, Any

from ctk_tui.model.errors import QueryError
from ctk_tui.tui.actions import CATEGORY_KEYS, SORT_KEYS
from ctk_tui.tui.finder import Finder, Found
from ctk_tui.tui.present.listed import SORTS, found_line, wrong_line
from ctk_tui.tui.present.words import name
from ctk_tui.tui.screens.view import View, settled
from ctk_tui.tui.widgets.query_line import QueryInput, QueryLine

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widgets import Input

AGAIN_SECONDS = 1.0
"""Between two searches while somebody writes to the catalog."""
SIMILAR = 200
"""Neighbours that are listed."""
SUMS_UP_TO = 200_000
"""Hits whose lengths are added up; more take longer than they are worth, but for all of them."""


class Asking(View):
    """A view with a query line over its table."""

    query_line: QueryLine

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.sort = ""
        """The sort word that a chord chose."""
        self.found: array[int] | None = None
        """All hits, once they are known."""
        self.total: int | None = None
        """How many audio files the catalog has."""
        self._fresh = False
        self._wrong = False
        self._like: int | None = None
        self._prepares = False
        self._wanted_cursor = 0
        self._again: Timer | None = None
        self._asked = ""
        """What the query line said when it was last searched for."""
        self._answered = asyncio.Event()

    def begin_asking(self) -> None:
        """Ask what was asked last; the cursor goes where it was."""
        memory = self.ctk.memory
        self.sort, self._wanted_cursor = memory.sort, memory.cursor
        # The screen's rows: the list is asked for before it has any room.
        self.finder = Finder(self.ctk.bridge, self._show, self.drawn, lambda: self.ctk.size.height)
        self.query_line.input.earlier = memory.earlier
        with self.query_line.input.prevent(QueryInput.Changed):
            self.query_line.input.value = memory.query
        if memory.query or self.sort:
            self.search(fresh=True)
        else:
            self.ctk.start(self._begin())

    async def _begin(self) -> None:
        """Fill the list before the rest of ctk is loaded: a person looks at it from then on."""
        if await self.finder.begin():
            self.search(fresh=True)

    async def settle(self) -> None:
        """Wait for the first files that the query line asks for: keys that are typed behind it mean one of them."""
        if self.query_line.value != self._asked:
            self.search(fresh=True)
        await settled(self._answered)

    async def _read_total(self) -> None:
        self.total, _, _ = await self.ctk.bridge.run("side", self.ctk.toolkit.catalog.sums)
        self._tell_found()

    def listed(self) -> None:
        """All hits are in the list now."""

    def show_empty(self, *, empty: bool) -> None:
        """Say what to do where nothing is listed."""
        raise NotImplementedError

    def search(self, *, fresh: bool) -> None:
        """Search for what stands in the query line.

        Args:
            fresh: whether it is another question than before, so that the cursor may go to the best hit.
        """
        self._asked = self.query_line.value
        try:
            tree = self.ctk.toolkit.catalog.parse(f"{self._asked} {self.sort}".strip(), dash=True)
        except QueryError as error:
            self._wrong = True
            self._answered.set()
            self.query_line.tell(wrong_line(error, self.ctk.look))
            return
        self._wrong = False
        first = tree.sort[0] if tree.sort else None
        column = next((column for column, key in SORTS.items() if first and key == first.key), "")
        self.table.set_sort(column or ("name" if not tree.sort else ""), descending=bool(first and first.descending))
        self._fresh, self._like = fresh, None
        if fresh:
            self._answered.clear()
        self.finder.ask(tree)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while one types."""
        event.stop()
        if self.query_line.value != self._asked:
            self.search(fresh=True)

    def _show(self, found: Found) -> None:
        ids = found.ids
        self.table.show(ids, found.rows, fresh=self._fresh)
        self._fresh = False
        self._answered.set()
        if found.whole:
            if self.found is None:
                self.ctk.start(self._read_total())
            self.found = ids
            if self._wanted_cursor:
                self.stand_on(self._wanted_cursor)
                self._wanted_cursor = 0
            self._tell_found()
            self.listed()
            self.ctk.start(self._prepare())
            self.ctk.start(self._add_up(ids))
        self.show_empty(empty=found.whole and not len(ids))

    def stand_on(self, audio_id: int) -> None:
        """Put the cursor on a file, where it is listed, without letting it be heard."""
        self.table.move_to(audio_id, by_user=False)

    async def _prepare(self) -> None:
        """Bring into memory what makes searches fast; at a million files that takes seconds of a thread's time."""
        if not self._prepares:
            self._prepares = True
            try:
                await self.ctk.bridge.run("memory", self.ctk.toolkit.catalog.prepare, self.ctk.bridge.check)
            finally:
                self._prepares = False

    async def do_similar(self) -> None:
        """List what sounds like the file under the cursor, the nearest first; or, when that is listed, all again."""
        audio_id = self.table.view.current
        if self._like is not None or audio_id is None:
            self.search(fresh=True)
            return
        row = self.table.row()
        found = await self.ctk.bridge.run("side", self.ctk.toolkit.similar.to, audio_id, SIMILAR)
        ids = array("q", [audio_id, *(one for one, _ in found if one != audio_id)])
        self._like = audio_id
        self.finder.forget()
        self._fresh = False
        self.table.set_sort("")
        self._show(Found(ids, True, {}))
        shown = "" if row is None else name(row.filename)
        key = self.ctk.keymap.shown("similar")
        self.ctk.tell(f"{len(found)} that sound like {shown}, the nearest first", hint=f"{key} lists all again")

    def _tell_found(self, seconds: float | None = None) -> None:
        if self.found is not None and not self._wrong:
            self.query_line.tell(found_line(len(self.found), self.total, seconds, self.ctk.look))

    async def _add_up(self, ids: array[int]) -> None:
        everything = len(ids) == self.total
        if len(ids) > SUMS_UP_TO and not everything:
            return
        catalog = self.ctk.toolkit.catalog
        _, seconds, _ = await self.ctk.bridge.run("side", catalog.sums, None if everything else ids)
        if ids is self.found:
            self._tell_found(seconds)

    def catalog_changed(self, *, done: bool, seen: bool) -> None:
        """Search again, soon: rows appear while a scan runs, and the cursor stays on its file."""
        if done or (self._again is None and seen):
            self._again = self.set_timer(0.01 if done else AGAIN_SECONDS, self._search_again)

    def _search_again(self) -> None:
        self._again = None
        self.table.expire()
        if self._like is None:
            self.search(fresh=False)
        self.ctk.start(self._read_total())

    def do_query(self) -> None:
        """Go to the query line."""
        self.screen.set_focus(self.query_line.input)

    def on_query_input_left(self) -> None:
        """Go back to the list; the query stays, and is remembered."""
        self.ctk.memory.used(self.query_line.value)
        self.query_line.input.earlier = self.ctk.memory.earlier
        self.screen.set_focus(self.table)

    def on_query_input_moved(self, message: QueryInput.Moved) -> None:
        """Move the list from the line."""
        self.move(message.action)

    def leave_filter(self) -> bool:
        """Empty the query line."""
        if self._like is not None:
            self.search(fresh=False)
            return True
        was = bool(self.query_line.value)
        self.query_line.input.value = ""
        return was

    def _narrow(self, pattern: str, term: str) -> None:
        """Put a term into the query in place of others of its kind; where it stands already, take it out."""
        words = self.query_line.value
        kept = " ".join(re.sub(rf"(?:^|(?<=\s)){pattern}(?=\s|$)", "", words).split())
        self.query_line.input.value = kept if term in words.split() else f"{kept} {term}".strip()

    def filter_category(self, category: str) -> None:
        """List one category only, or all again."""
        self._narrow(r"category:\S+", f"category:{category}")

    def do_only_marked(self) -> None:
        """List what is marked only, or all again."""
        self._narrow(r"is:marked", "is:marked")

    def sort_by(self, name: str, *, back: bool) -> None:
        """List in another order."""
        self.sort = f"{name}{'-' if back else '+'}"
        self.search(fresh=False)


def _filtering(category: str) -> Any:
    return lambda view: view.filter_category(category)


def _sorting(name: str, *, back: bool) -> Any:
    return lambda view: view.sort_by(name, back=back)


for _category in CATEGORY_KEYS:
    setattr(Asking, f"do_only_{_category}", _filtering(_category))
for _name in SORT_KEYS:
    setattr(Asking, f"do_sort_{_name}", _sorting(_name, back=False))
    setattr(Asking, f"do_sort_{_name}_back", _sorting(_name, back=True))
