"""Marks on audio files: what the keys do, and keeping them in the catalog."""

from __future__ import annotations

from ctk_tui.tui.screens.view import View


class Marking(View):
    """A view whose rows are audio files, marked by their ids; the marks are kept in the catalog."""

    _kept: frozenset[int] = frozenset()
    """The marks as the catalog has them."""

    async def read_marks(self) -> None:
        """Take over the marks that the catalog keeps."""
        found = await self.ctk.bridge.run("rows", self.ctk.toolkit.catalog.marks)
        self._kept |= frozenset(found)
        self.table.marks.add(found)  # beside those that were made meanwhile

    async def keep_marks(self) -> None:
        """Store which marks came and went since they were last stored, and tell how much is marked."""
        now = frozenset(self.table.marks)
        new, gone, self._kept = now - self._kept, self._kept - now, now
        catalog = self.ctk.toolkit.catalog
        if new:
            await self.ctk.bridge.run("write", catalog.mark, new)
        if gone:
            await self.ctk.bridge.run("write", catalog.mark, gone, on=False)
        if now == self._kept:
            _, seconds, size = await self.ctk.bridge.run("side", catalog.sums, now)
            self.tell_marks(seconds, size)

    def tell_marks(self, seconds: float, size: int) -> None:
        """Show how much is marked.

        Args:
            seconds: the length of all marked files.
            size: their size in bytes.
        """
        raise NotImplementedError

    def do_mark(self) -> None:
        """Mark the range, or this one and go on to the next."""
        self.table.mark()

    def do_unmark(self) -> None:
        """Take the marks of the range away, or this one's and go on to the next."""
        self.table.mark(on=False)

    def do_range(self) -> None:
        """Begin a range, or mark the one that was begun."""
        if self.table.view.anchor is None:
            self.table.start_range()
        else:
            self.table.mark()

    def do_clear_marks(self) -> None:
        """Take all marks away; they can be brought back."""
        count = self.table.marks.clear()
        self.ctk.tell(f"{count:,} marks cleared", hint=f"{self.ctk.keymap.shown('last_marks')} brings them back")

    def do_last_marks(self) -> None:
        """Mark again what was cleared last."""
        self.table.marks.restore()
