"""The way to a target: its folders, made where they are missing, and the journal that says so."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.disk.folder import Folder, open_root
from ctk_tui.disk.mounts import mount_of_folder
from ctk_tui.files.looks import may_change
from ctk_tui.files.places import Place, is_protected_now
from ctk_tui.files.refusing import NotDoneError, from_system
from ctk_tui.files.shelf import Shelf, Shelves
from ctk_tui.files.steps import step
from ctk_tui.model.errors import FileError

if TYPE_CHECKING:
    from ctk_tui.files.entry import Entry
    from ctk_tui.files.journal import Journal
    from ctk_tui.files.places import Places


@dataclass(slots=True)
class Ways:
    """Opens folders that files go to.

    Args:
        places: all sources.
        entry: the entry, whose journals tell of folders that are made.
        outside: folders outside every source that the user named as targets, absolute, links followed.
        modes: permissions for folders that have to be made again, by absolute path.
    """

    places: Places
    entry: Entry
    outside: tuple[bytes, ...] = ()
    modes: dict[bytes, int] = field(default_factory=dict)
    shelves: Shelves = field(default_factory=Shelves)

    def open(self, target: bytes, near: Place | None, journal: Journal | None = None) -> tuple[Folder, Journal]:
        """Open the folder of a target, made where it is not there; the caller closes it.

        Args:
            target: where a file goes, absolute.
            near: where the file is: its journal serves for a target outside of every source on the same volume.
            journal: the journal to use, where that is settled: by undo, which stays on the volume that it is on.

        Returns:
            The folder, and the journal on its volume.

        Raises:
            NotDoneError: nothing may go there.
        """
        place = self.places.find(target)
        if place is not None:
            return self._inside(place, journal)
        base = next((one for one in self.outside if target.startswith(one.rstrip(b"/") + b"/")), None)
        if base is None:
            raise NotDoneError("outside", "the target lies neither in a source nor in the folder that was named")
        return self._outside(base, os.path.dirname(target)[len(base) :].strip(b"/"), near, journal)

    def _inside(self, place: Place, journal: Journal | None) -> tuple[Folder, Journal]:
        ground = place.ground
        try:
            may_change(ground, place.rel, disabled=journal is not None)
        except NotDoneError as error:
            raise NotDoneError(error.kind, f"its target: {error.message}") from error
        there, left, identities = _open_existing(ground.path, place.folder)
        try:
            _require_free(self.places, identities)
            known = place.folder[: len(place.folder) - len(b"/".join(left))].rstrip(b"/")
            if journal is None:
                journal = self.entry.journal(self.shelves.of(ground, known))
            else:
                _require_same_volume(there, journal)
        except BaseException:
            there.close()
            raise
        return self._make(there, left, journal), journal

    def _outside(self, base: bytes, rel: bytes, near: Place | None, journal: Journal | None) -> tuple[Folder, Journal]:
        if is_protected_now(self.places, base):
            raise NotDoneError("protected", "its target lies in a protected folder")
        try:
            there, left = self._as_far_as_it_is(base, rel)
            shelf = self._near_shelf(there, near) if journal is None else None
            if journal is None and shelf is None:
                # Its own quarantine folder will lie in it: it has to be there before anything can be told.
                there.close()
                os.makedirs(base, exist_ok=True)
                step("base made")
                there, left = self._as_far_as_it_is(base, rel)
                shelf = Shelf(base, None, None)
        except OSError as error:
            raise from_system(error, os.fsdecode(base)) from error
        try:
            if journal is None:
                assert shelf is not None  # for mypy: found or made above
                journal = self.entry.journal(shelf)
            else:
                _require_same_volume(there, journal)
        except BaseException:
            there.close()
            raise
        return self._make(there, left, journal), journal

    def _as_far_as_it_is(self, base: bytes, rel: bytes) -> tuple[Folder, list[bytes]]:
        """Return the deepest folder on the way to a folder outside that is there, and the parts below it."""
        missing: list[bytes] = []
        while not os.path.isdir(base):
            base, name = os.path.split(base)
            missing.insert(0, name)
        there, left, _ = _open_existing(base, b"/".join((*missing, *(rel.split(b"/") if rel else ()))))
        return there, left

    def _near_shelf(self, there: Folder, near: Place | None) -> Shelf | None:
        """Return the file's own quarantine folder, if it lies on the same volume as a folder outside."""
        if near is None or not near.ground.enabled or near.ground.protects(near.rel):
            return None
        shelf = self.shelves.of(near.ground, near.folder)
        with contextlib.suppress(OSError), open_root(shelf.parent) as parent:
            if mount_of_folder(parent) == mount_of_folder(there) and parent.identity not in self.places.protected:
                return shelf
        return None

    def _make(self, here: Folder, left: list[bytes], journal: Journal) -> Folder:
        """Make the folders that are missing, each told in the journal before; closes `here` unless nothing is."""
        try:
            for name in left:
                path = here.full(name)
                self.entry.note_folder(journal, here)
                self.entry.note_made(journal, path)
                made = here.make(name, 0o777)
                mode = self.modes.get(path)
                if mode is not None and made.fd is not None:
                    with contextlib.suppress(OSError):
                        os.fchmod(made.fd, mode)
                here.sync()
                step("folder made")
                here.close()
                here = made
        except (OSError, FileError, NotDoneError) as error:
            here.close()
            if isinstance(error, NotDoneError):
                raise
            raise from_system(error, "its target's folder", writes=journal.shelf.parent) from error
        return here


def _require_same_volume(there: Folder, journal: Journal) -> None:
    if mount_of_folder(there) != mount_of_folder(journal.folder):
        raise NotDoneError("volume", "its old place lies on another volume now")


def _require_free(places: Places, identities: list[tuple[int, int]]) -> None:
    if not places.protected.isdisjoint(identities):
        raise NotDoneError("protected", "its target lies in a protected folder")


def _open_existing(root: bytes, rel: bytes) -> tuple[Folder, list[bytes], list[tuple[int, int]]]:
    """Return the deepest folder on a way that is there, the parts below it, and the identities of all passed."""
    parts = rel.split(b"/") if rel else []
    try:
        here = open_root(root)
    except OSError as error:
        raise from_system(error, os.fsdecode(root)) from error
    identities = [here.identity]
    try:
        while parts:
            try:
                below = here.child(parts[0])
            except FileNotFoundError:
                break
            here.close()
            here = below
            identities.append(here.identity)
            del parts[0]
    except (OSError, FileError) as error:
        here.close()
        raise from_system(error, "its target's folder") from error
    return here, parts, identities
