"""All folded file names in their order, in memory: 35 MB for a million.

Two things need them: the order by name, and which hits are hits in the name. The names stand in one block of UTF-8, a
slash behind each, which no file name holds. So looking for a word in all of them is a few comparisons of whole arrays:
12 ms for a million names, whether one in a thousand has it or all, and Python's lock is free meanwhile.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import as_json, numbers, numpy
from ctk_tui.catalog.search.texts import name_of

if TYPE_CHECKING:
    import sqlite3

    from ctk_tui.catalog.search.arrays import Ids, Letters, Mask, Places
    from ctk_tui.catalog.search.rows import State

_ALL = """
SELECT CAST(group_concat(name, '/') AS BLOB), group_concat(id)
FROM (SELECT name, id FROM search_names WHERE id <= ? ORDER BY name, id)"""
_SLASH = 0x2F
ENDINGS = 8
"""Ends of names that are remembered, 1 MB each for a million names."""
BLOCK = 1 << 18
"""Letters that are compared at once: as many as stay in the processor's cache, which makes it three times as fast."""


class NameBook:
    """The names that search_names has.

    Args:
        connection: in a read transaction.
        now: the state in it.
    """

    def __init__(self, connection: sqlite3.Connection, now: State) -> None:
        np = numpy()
        text, paths = connection.execute(_ALL, (now.named,)).fetchone()
        self.made_of = (now.named, now.revision)
        self.text: bytes = (text or b"") + b"/"
        self.letters: Letters = np.frombuffer(self.text, dtype=np.uint8)
        self.paths: Places = numbers(paths).astype(np.int32)
        self.ends: Ids = np.flatnonzero(self.letters == _SLASH)[: len(self.paths)]
        """By place in the order: where the name ends in the text."""
        self.place_of: Places = np.full(now.named + 1, -1, dtype=np.int32)
        """By path id: its place in the order, -1 for paths that have none."""
        self.place_of[self.paths] = np.arange(len(self.paths), dtype=np.int32)
        self.remembered: dict[tuple[str, bool], tuple[Mask, int]] = {}
        """Used by `innames.holding`."""
        self._fresh: dict[int, tuple[int, bytes]] = {}
        self._fresh_of = -1
        self._ranks: Places | None = None
        self._endings: dict[bytes, Mask] = {}

    def name(self, place: int) -> bytes:
        """Return the name at a place of the order."""
        start = int(self.ends[place - 1]) + 1 if place else 0
        return self.text[start : int(self.ends[place])]

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self.paths)

    def fresh(self, connection: sqlite3.Connection, now: State, paths: Ids) -> list[tuple[int, bytes, int]]:
        """Return (place before which it belongs, name, path id) of paths that are not in the book, in their order.

        Args:
            connection: in a read transaction.
            now: the state in it.
            paths: ids.
        """
        if self._fresh_of != now.changes:
            self._fresh, self._fresh_of = {}, now.changes
        missing = [number for number in paths.tolist() if number not in self._fresh]
        if missing:
            rows = connection.execute(
                "SELECT p.id, p.display FROM json_each(?) j CROSS JOIN paths p ON p.id = j.value",
                (as_json(numpy().array(missing)),),
            ).fetchall()
            # A list is faster to look through, and takes 0.1 s to make of a million names.
            names = self.text.split(b"/") if len(rows) > len(self) // 16 else _Names(self)
            for number, display in rows:
                name = name_of(display).encode("utf-8", "replace")
                place = bisect_left(names, name, 0, len(self))
                while place < len(self) and names[place] == name and self.paths[place] < number:
                    place += 1
                self._fresh[number] = (place, name)
        return sorted((*self._fresh[number], number) for number in paths.tolist() if number in self._fresh)

    def holding(self, needle: bytes, start: int, end: int) -> Ids:
        """Return where in the text `needle` begins, all places of it, in order.

        Args:
            needle: folded, in UTF-8; not empty, which would begin everywhere.
            start: place of the first name to look in.
            end: place behind the last one.
        """
        np = numpy()
        first = int(self.ends[start - 1]) + 1 if start else 0
        letters = self.letters[first : int(self.ends[end - 1])] if end > start else self.letters[:0]
        last = len(letters) - len(needle) + 1
        if not needle or last <= 0 or b"/" in needle:
            return numbers(None)
        parts: list[Ids] = [numbers(None)]
        for block in range(0, last, BLOCK):
            until = min(block + BLOCK, last)
            hit = letters[block:until] == needle[0]
            for at in range(1, min(len(needle), 4)):
                hit &= letters[block + at : until + at] == needle[at]
            parts.append(np.flatnonzero(hit) + block)
        found: Ids = np.concatenate(parts)
        for at in range(4, len(needle)):
            found = found[letters[found + at] == needle[at]]
        return found + first

    def places_of(self, found: Ids, start: int, end: int) -> Mask:
        """Return which names, from one place up to another, hold a place of the text."""
        np = numpy()
        mask: Mask = np.zeros(end - start, dtype=np.bool_)
        mask[np.searchsorted(self.ends[start:end], found)] = True
        return mask

    def paths_of(self, names: Mask) -> Places:
        """Return the ids of the paths whose names a mask over the order marks."""
        found: Places = self.paths[names]
        return found

    def ends_with(self, end: bytes) -> Mask:
        """Return for every name whether it ends with some bytes, not b""; remembered, there are few formats."""
        known = self._endings.get(end)
        if known is not None:
            return known
        np = numpy()
        # The slash in front of the first name is not there: `mode` keeps the place inside, the slash behind the text.
        mask: Mask = np.ones(len(self), dtype=np.bool_)
        for at, letter in enumerate(reversed(end), 1):
            mask &= self.letters.take(self.ends - at, mode="wrap") == letter
        if len(self._endings) < ENDINGS:
            self._endings[end] = mask
        return mask

    def ranks(self) -> Places:
        """Return the rank of every name by its place; equal names have one."""
        if self._ranks is None:
            np = numpy()
            starts = np.concatenate(([0], self.ends[:-1] + 1))[: len(self)]
            lengths = self.ends - starts
            differs = np.ones(len(self), dtype=np.bool_)
            differs[:1] = False
            same = np.flatnonzero(lengths[1:] == lengths[:-1]) + 1
            for at in range(int(lengths.max(initial=0))):
                # A letter more of each pair that was equal up to it, until none is left.
                same = same[lengths[same] > at]
                if not len(same):
                    break
                equal = self.letters[starts[same] + at] == self.letters[starts[same - 1] + at]
                differs[same[equal & (lengths[same] == at + 1)]] = False
                same = same[equal]
            self._ranks = np.cumsum(differs, dtype=np.int32)
        return self._ranks


class _Names:
    """The book as a sorted sequence of names."""

    def __init__(self, book: NameBook) -> None:
        self._book = book

    def __len__(self) -> int:
        return len(self._book)

    def __getitem__(self, place: int) -> bytes:
        return self._book.name(place)
