"""Which folders hold a word: what stands in a folder's path stands in the path of all its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import numbers, numpy
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from ctk_tui.catalog.search.arrays import Mask, Places
    from ctk_tui.catalog.search.rows import State


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of one moment."""

    changes: int
    """As in `State`."""
    last_path: int
    last_folder: int
    of_path: Places
    """By path id: its folder, 0 where there is no such path."""
    texts: tuple[tuple[int, str], ...]
    """Id and folded path inside the source, with a slash behind it, of every folder but the sources' roots."""

    def holding(self, needle: str) -> Mask:
        """Return which folders hold a folded text, as a mask by id."""
        return self.those(lambda text: needle in text)

    def those(self, test: Callable[[str], bool]) -> Mask:
        """Return the folders whose text passes a test, as a mask by id."""
        mask: Mask = numpy().zeros(self.last_folder + 1, dtype=numpy().bool_)
        mask[[number for number, text in self.texts if test(text)]] = True
        return mask

    def roots(self) -> Mask:
        """Return the folders that are the sources themselves, as a mask by id."""
        mask: Mask = numpy().ones(self.last_folder + 1, dtype=numpy().bool_)
        mask[[number for number, _ in self.texts]] = False
        return mask


def folders(connection: sqlite3.Connection, now: State, known: Folders | None) -> Folders:
    """Return the folders as they are now.

    Args:
        connection: in a read transaction.
        now: the state in it.
        known: what was known before; what was only added costs a read of that alone.
    """
    np = numpy()
    of_path = np.zeros(now.last_path + 1, dtype=np.int32)
    texts: tuple[tuple[int, str], ...] = ()
    first_path = first_folder = 0
    if known is not None and known.changes == now.changes and known.last_path <= now.last_path:
        if known.last_path == now.last_path:
            return known
        first_path, first_folder, texts = known.last_path, known.last_folder, known.texts
        of_path[: first_path + 1] = known.of_path
    paths, of_paths = connection.execute(
        f"SELECT group_concat(id), group_concat(folder_id) FROM paths {'WHERE id > ?' if first_path else ''}",
        (first_path,) if first_path else (),
    ).fetchone()
    of_path[numbers(paths)] = numbers(of_paths)
    rows = connection.execute("SELECT id, display FROM folders WHERE id > ? ORDER BY id", (first_folder,)).fetchall()
    texts += tuple((number, f"{folded(display)}/") for number, display in rows if display)
    last = max(first_folder, rows[-1][0] if rows else 0)
    return Folders(now.changes, now.last_path, last, of_path, texts)
