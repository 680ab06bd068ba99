"""Proof at the moment of doing: is it the file that was meant, and is its keeper a true copy that stays?"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.catalog.holdings import known_at
from ctk_tui.disk.compare import equal_digest
from ctk_tui.disk.fingerprint import fingerprint
from ctk_tui.disk.mounts import same_file
from ctk_tui.files.looks import Stamp, may_change, open_folder, require_regular
from ctk_tui.files.places import is_unsafe
from ctk_tui.files.refusing import NotDoneError, from_system
from ctk_tui.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctk_tui.catalog.connection import Database
    from ctk_tui.disk.folder import Folder
    from ctk_tui.disk.safe_open import OpenFile
    from ctk_tui.files.places import Place, Places
    from ctk_tui.model.holding import Known
    from ctk_tui.model.plan import Operation


@dataclass(slots=True)
class Held:
    """A file that is open, in its open folder: whatever its name leads to later, this is what was looked at."""

    place: Place
    folder: Folder
    file: OpenFile


@contextlib.contextmanager
def hold(places: Places, place: Place, expected: Stamp, *, change: bool) -> Iterator[Held]:
    """Open a file for as long as something is done with it.

    Args:
        places: all sources.
        place: the file.
        expected: how it must look.
        change: whether it shall be changed, or only read.

    Raises:
        NotDoneError: it must not be touched, is not there, or is another one than expected.
    """
    if change:
        may_change(place.ground, place.rel)
    elif not place.ground.online:
        raise NotDoneError("offline", f"its source {place.ground.name} is offline: {place.ground.reason}")
    with open_folder(places, place.ground, place.folder, change=change) as folder:
        try:
            require_regular(folder.look(place.name))
            file = folder.open(place.name, looked=True)
        except (OSError, FileError) as error:
            raise from_system(error) from error
        with file:
            if not expected.fits(file.status, coarse=place.ground.coarse):
                raise NotDoneError("changed", "not what the plan says any more")
            yield Held(place, folder, file)


def catalogued(database: Database, place: Place) -> Known:
    """Return what the catalog believes of a path that is to be changed.

    Raises:
        NotDoneError: the catalog has no such path.
    """
    with database.read() as connection:
        found = known_at(connection, place.ground.id, place.rel)
    if found is None:
        raise NotDoneError("outside", "the catalog has no file of that name")
    if found.cloud:
        raise NotDoneError("cloud", "only a placeholder of it is on this machine")
    return found


def require_fingerprint(held: Held, holding: Known) -> str:
    """Return the fingerprint of a file, which must be the one that the catalog has.

    Raises:
        NotDoneError: it is another one, or the file cannot be read.
    """
    try:
        value = fingerprint(held.file.fd, held.file.size, path=held.place.path).value
    except FileError as error:
        raise from_system(error) from error
    if holding.fingerprint is not None and holding.fingerprint != value:
        raise NotDoneError("changed", "its bytes are not those that were scanned: scan again")
    return value


@dataclass(slots=True)
class Keeper:
    """The copy that a removal relies on, open and proved."""

    places: Places
    held: Held
    digest: str
    """Of both files, taken now."""

    def still(self) -> str:
        """Look at the keeper once more, by its whole path; return what is wrong, "" for nothing."""
        before = self.held.file.status
        try:
            with open_folder(self.places, self.held.place.ground, self.held.place.folder, change=False) as folder:
                now = folder.look(self.held.place.name)
        except (OSError, NotDoneError):
            now = None
        if now is None or not same_file(now, before):
            return "its keeper vanished at the last moment"
        if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            return "its keeper was written at the last moment"
        return ""


@contextlib.contextmanager
def keeper_of(
    database: Database, places: Places, operation: Operation, held: Held, check: Callable[[], None]
) -> Iterator[Keeper]:
    """Open the keeper of a removal and prove, reading both whole, that it is the same as the file that goes.

    Args:
        database: the catalog.
        places: all sources.
        operation: the line of the plan.
        held: the file that goes.
        check: called every 8 MiB; what it raises ends the work.

    Raises:
        NotDoneError: it is no copy that could be relied on; nothing may be removed.
    """
    assert operation.keeper is not None  # for mypy: the caller looked
    place = places.find(operation.keeper)
    if place is None:
        raise NotDoneError("keeper", "its keeper lies in no source")
    if is_unsafe(operation.keeper):
        raise NotDoneError("keeper", "its keeper lies in a trash, cache or snapshot folder")
    with contextlib.ExitStack() as stack:
        try:
            holding = catalogued(database, place)
            stamp = Stamp(holding.size, holding.mtime_ns, holding.inode)
            kept = stack.enter_context(hold(places, place, stamp, change=False))
        except NotDoneError as error:
            raise NotDoneError("keeper", f"its keeper: {error.message}") from error
        if same_file(kept.file.status, held.file.status):
            raise NotDoneError("keeper", "its keeper is another name of the same file")
        try:
            digest = equal_digest(
                held.file, kept.file, check, path=held.place.path, other_path=operation.keeper
            )  # fmt: skip
        except FileError as error:
            raise from_system(error) from error
        if digest is None:
            raise NotDoneError("keeper", "its keeper is not the same any more: their bytes differ")
        if operation.digest not in (None, digest):
            raise NotDoneError("changed", "its bytes are not those of the plan")
        yield Keeper(places, kept, digest)
