"""After an undo: folders that an entry made go again, the others get their times back."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from ctk_tui.disk.folder import open_below
from ctk_tui.files.refusing import NotDoneError
from ctk_tui.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ctk_tui.files.entry import Entry
    from ctk_tui.files.logbook import Logbook


def remove_made(entry: Entry, books: Iterable[Logbook]) -> None:
    """Remove the folders that entries made, where nothing lies in them now.

    Args:
        entry: the undo, which notes their times, so that a redo can make them as they were.
        books: journals of entries that are all taken back.
    """
    for book in books:
        for ref in reversed(book.made):
            path = book.path(ref)
            if path is None or not (ref.rel or ref.root.startswith("@")):
                continue
            rel = ref.rel or os.path.basename(path)  # without: the folder outside every source that was named
            root = path[: len(path) - len(rel)].rstrip(b"/") or b"/"
            with contextlib.suppress(OSError, FileError, NotDoneError):
                above, name = os.path.split(rel)
                with open_below(root, above) as parent:
                    with parent.child(name) as made:
                        if made.names():
                            continue
                        entry.note_where(book.parent, made)
                    entry.note_where(book.parent, parent)
                    os.rmdir(parent.at(name), dir_fd=parent.fd)
                    parent.sync()


def give_times_back(now: Mapping[bytes, int], undone: Iterable[tuple[list[Logbook], list[Logbook]]]) -> None:
    """Give folders the times that they had before entries that are taken back now.

    A folder whose time is not the one that our own last change left was changed by somebody else too, and keeps its
    time.

    Args:
        now: the folders that this undo touched, absolute, with their times (nanoseconds) when it began.
        undone: of each entry that is taken back, the newest first: its journals, and those of all that took parts of
            it back or did them again.
    """
    began = dict(now)
    times = dict(now)
    for own, around in undone:
        left = {
            (path, after) for book in (*own, *around) for ref, after in book.after.items()
            if (path := book.path(ref)) is not None
        }  # fmt: skip
        for book in own:
            for ref, (before, _) in book.folders.items():
                path = book.path(ref)
                if path is not None and path not in times:
                    # All of it came back by an earlier restore, so this undo has not been there.
                    with contextlib.suppress(OSError):
                        times[path] = began[path] = os.lstat(path).st_mtime_ns
                if path is not None and (path, times.get(path)) in left:
                    times[path] = before
    for path, then in times.items():
        if then != began[path]:
            with contextlib.suppress(OSError):
                os.utime(path, ns=(os.lstat(path).st_atime_ns, then), follow_symlinks=False)
