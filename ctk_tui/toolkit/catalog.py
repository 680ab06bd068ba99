"""Asking the catalog: search, details, totals."""

from __future__ import annotations

import os
import time
from array import array
from functools import cached_property
from typing import TYPE_CHECKING

from ctk_tui.catalog import categories, entries, marks, problems, similar, sources, stats
from ctk_tui.catalog.search.opening import opening
from ctk_tui.model.audio import CATEGORIES
from ctk_tui.model.category import AUTO
from ctk_tui.model.errors import UsageError
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from ctk_tui.catalog.search.searcher import Searcher
    from ctk_tui.model.category import CategoryChange
    from ctk_tui.model.entry import AudioDetails, AudioEntry
    from ctk_tui.model.query.nodes import Query
    from ctk_tui.model.stats import Stats
    from ctk_tui.toolkit.toolkit import Toolkit


PAGE = 500
"""Audio files read at once."""


class CatalogFacade:
    """Reading the catalog.

    Args:
        toolkit: the open toolkit.
    """

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit = toolkit
        self._database = toolkit.database
        self._formats = stats.Formats(toolkit.database)

    def id_of(self, path: Path | bytes) -> int:
        """Return the id of the audio file that lies at a path.

        Raises:
            UsageError: the catalog knows no such path.
        """
        absolute = os.path.abspath(os.fsencode(path))
        found = entries.id_of_path(self._database, absolute)
        if found is None:
            found = entries.id_of_path(self._database, os.path.realpath(absolute))
        if found is None:
            raise UsageError(
                f"{os.fsdecode(absolute)}: not in the catalog", "scan its source first, or look at `ctk sources`"
            )
        return found

    def ids_of(self, paths: Sequence[bytes]) -> tuple[list[int], list[bytes]]:
        """Return the ids of the audio files at these paths, each once, and the paths that the catalog does not know."""
        ids: dict[int, None] = {}
        unknown = []
        for path in paths:
            try:
                ids.setdefault(self.id_of(path))
            except UsageError:
                unknown.append(path)
        return list(ids), unknown

    def parse(self, text: str, *, dash: bool = False) -> Query:
        """Return the tree of a query, with the names that configuration and catalog know.

        Args:
            text: query text.
            dash: whether `-word` negates, as in the app and behind `--`.

        Raises:
            QueryError: the query is off; it tells where, and what is nearest.
        """
        from ctk_tui.model.query.parse import parse
        from ctk_tui.model.query.vocabulary import Vocabulary

        settings = self._toolkit.settings
        known = Vocabulary(
            settings.queries,
            [row.name for row in sources.rows(self._database)],
            formats=self._formats,
            extensions=settings.scan.extensions,
            home=display(os.path.expanduser(b"~")),
        )
        return parse(text, known, dash=dash)

    def search(self, query: Query | str, *, now: float | None = None) -> list[int]:
        """Return the ids of the audio files that a query finds, in the order that it asks for.

        Args:
            query: the tree, or query text.
            now: the moment that relative dates count from, in seconds since the epoch; None for this one.

        Raises:
            QueryError: the text is off.
        """
        tree = self.parse(query) if isinstance(query, str) else query
        found: list[int] = self._searcher.ids(tree, time.time() if now is None else now).tolist()
        return found

    def find(self, query: Query, *, now: float | None = None, asker: object = None) -> array[int]:
        """Return what `search` returns, as an array that a screen can hold for a million files.

        Args:
            query: the tree.
            now: the moment that relative dates count from, in seconds since the epoch; None for this one.
            asker: who may interrupt it; None for nobody.

        Raises:
            Cancelled: the asker interrupted it.
        """
        found = self._searcher.ids(query, time.time() if now is None else now, asker=asker)
        return array("q", found.astype("q").tobytes())

    def opening(self, most: int = 100) -> array[int]:
        """Return the first ids of a search for nothing, before anything that searches is loaded.

        Args:
            most: how many.

        Returns:
            None of them where `first` has to tell.
        """
        return array("q", opening(self._database, most) or ())

    def first(self, query: Query, most: int = 100, *, now: float | None = None, asker: object = None) -> array[int]:
        """Return the first ids of what `find` returns, sooner.

        Args:
            query: the tree.
            most: how many.
            now: as in `find`.
            asker: as in `find`.

        Raises:
            Cancelled: the asker interrupted it.
        """
        found = self._searcher.first(query, time.time() if now is None else now, most, asker=asker)
        return array("q", found.astype("q").tobytes())

    def interrupt(self, asker: object) -> None:
        """End the searches of an asker that run now, in any thread: they raise Cancelled.

        Args:
            asker: what was handed to `find` and `first`.
        """
        if "_searcher" in self.__dict__:
            self._searcher.interrupt(asker)

    def prepare(self, check: Callable[[], None] | None = None) -> None:
        """Fill what searches keep in memory, so that filters and sorts are fast: in a thread of its own, after opening.

        Args:
            check: called in between; what it raises ends the work, and nothing is lost.
        """
        self._searcher.prepare(check)

    def like(self, words: str, most: int = 5) -> list[str]:
        """Return words of file names that look like a word which finds nothing, the most similar first.

        Args:
            words: query text; its first plain word without a hit is meant.
            most: how many.
        """
        return similar.similar_words(self._database, words, most)

    def marks(self) -> list[int]:
        """Return the ids of all marked audio files."""
        return marks.marks(self._database)

    def mark(self, audio_ids: Collection[int], *, on: bool = True) -> None:
        """Mark audio files, or take their marks away; `is:marked` finds them."""
        (marks.mark if on else marks.unmark)(self._database, audio_ids)

    def changes(self) -> int:
        """Return a number that is another one after anybody else wrote to the catalog; for this thread alone."""
        return marks.changes(self._database)

    @cached_property
    def _searcher(self) -> Searcher:
        # Imported now: it brings numpy, 75 ms that commands without a query need not wait for.
        from ctk_tui.catalog.search.searcher import Searcher

        return Searcher(self._database)

    def entries(self, audio_ids: Sequence[int]) -> Iterator[AudioEntry]:
        """Yield audio files by id, in this order, read a page at a time."""
        for start in range(0, len(audio_ids), PAGE):
            yield from entries.entries(self._database, audio_ids[start : start + PAGE])

    def details(self, audio_id: int) -> AudioDetails:
        """Return everything that is known of one audio file.

        Raises:
            UsageError: there is no such id.
        """
        found = entries.details(self._database, audio_id)
        if found is None:
            raise UsageError(f"no audio file has the id {audio_id}", "`ctk search --fields id,path` shows ids")
        return found

    def stats(self, only: Collection[int] | None = None) -> Stats:
        """Return the totals, of the whole catalog or of some audio files."""
        return stats.stats(self._database, only)

    def sums(self, only: Collection[int] | None = None) -> tuple[int, float, int]:
        """Return number, length in seconds and size in bytes, of all present audio files or of some."""
        return stats.sums(self._database, only)

    def set_category(self, audio_ids: Collection[int], category: str) -> CategoryChange:
        """Let audio files have the category that the user says; it stays until the user says otherwise.

        Args:
            audio_ids: ids; those that there are not are passed over.
            category: one of `model.audio.CATEGORIES`, or `model.category.AUTO` for the model's word.

        Returns:
            The change; its id undoes it.

        Raises:
            UsageError: there is no such category.
        """
        if category not in (*CATEGORIES, AUTO):
            raise UsageError(f"there is no category {category!r}", f"categories: {', '.join(CATEGORIES)}, {AUTO}")
        return categories.set_category(self._database, audio_ids, category)

    def category_changes(self) -> list[CategoryChange]:
        """Return the changes that can be undone, and those that were, newest first."""
        return categories.changes(self._database)

    def undo_category(self, change_id: int) -> int:
        """Take a change of categories back; return how many audio files have again what was said before.

        What a later change said anew stays as that one said it.

        Raises:
            UsageError: there is no such change, or it is undone already.
        """
        files = categories.undo(self._database, change_id)
        if files is None:
            raise UsageError(f"there is no change {change_id} of categories that could be undone")
        return files

    def broken(self) -> int:
        """Return how many files and folders have an error."""
        return problems.count(self._database)
