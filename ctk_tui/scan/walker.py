"""A thread for each volume that walks its sources one after the other and compares them with the catalog."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.catalog import files
from ctk_tui.disk.reasons import reason
from ctk_tui.disk.volume import identify
from ctk_tui.model.errors import Cancelled, CtkError
from ctk_tui.scan.compare import Comparer, News
from ctk_tui.scan.walk import Walk

if TYPE_CHECKING:
    from queue import SimpleQueue

    from ctk_tui.catalog.connection import Database
    from ctk_tui.catalog.problems import Problem
    from ctk_tui.catalog.sources import SourceRow
    from ctk_tui.disk.volume_kinds import Volume
    from ctk_tui.model.settings import ScanSettings, SourceSettings
    from ctk_tui.scan.patterns import Filter

CLOUD_ROOTS = ("OneDrive", "Dropbox", "Google Drive", "GoogleDrive", "My Drive", "iCloud Drive", "Mobile Documents",
               "CloudStorage", "Nextcloud", "ownCloud", "pCloudDrive", "Box", "MEGA")  # fmt: skip
"""Names of the folders that sync programs make; a file without blocks below one is a placeholder."""
_CLOUD_ROOTS = frozenset(os.fsencode(name) for name in CLOUD_ROOTS)
BATCH = 256
"""Files a message: a thread's hand-over costs about 20 microseconds."""


@dataclass(slots=True)
class Target:
    """One source, or one folder in it, that a scan goes through, and what came of it."""

    row: SourceRow
    settings: SourceSettings
    volume: Volume
    dev: int
    """Device number of its root when the scan began."""
    filter: Filter
    problems: dict[bytes, Problem]
    start: bytes = b""
    """Relative folder to begin at, b"" for all of it."""
    empty: bool = False
    """Whether nothing lies in it, hidden entries aside."""
    walk: Walk | None = None
    walked: bool = False
    """Whether the walk came to its end: only then can anything be missing."""
    error: CtkError | None = None
    """Why the walk ended early."""
    folders: dict[bytes, int] = field(default_factory=dict)
    """Folders that the catalog knew before: relative path to id."""
    volumes: dict[int, tuple[int, bool]] = field(default_factory=dict)
    """Device number to (volume id, whether its times are coarse)."""
    missing: list[tuple[int, bytes]] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)
    told: set[bytes] = field(default_factory=set)
    """Relative paths that had a problem in this run."""
    lost: str = ""
    """Why the source is lost, "" while it is not."""

    @property
    def root(self) -> bytes:
        """Absolute path of the source, without a slash at its end."""
        return self.row.root


class Walker(threading.Thread):
    """Walks the targets of one volume.

    Args:
        database: the catalog.
        targets: sources on one volume.
        settings: the `[scan]` table.
        foreign: device and inode of every source's root.
        full: read everything again.
        inbox: gets (target, News) now and then, (target, None) when a target is walked to its end.
        stop: set when the scan is cancelled.
    """

    def __init__(
        self,
        database: Database,
        targets: list[Target],
        settings: ScanSettings,
        foreign: frozenset[tuple[int, int]],
        *,
        full: bool,
        inbox: SimpleQueue[tuple[Target, News | None]],
        stop: threading.Event,
    ) -> None:
        # A daemon: a dead network mount may hold it for ever, and must not hold the program.
        super().__init__(name=f"walk {targets[0].row.name}", daemon=True)
        self.database = database
        self.targets = targets
        self.settings = settings
        self.foreign = foreign
        self.full = full
        self.inbox = inbox
        self.stop = stop

    def run(self) -> None:
        """Walk all targets; a target's own error is left in it."""
        for target in self.targets:
            try:
                self._walk(target)
                target.walked = True
            except CtkError as error:
                target.error = error
            except OSError as error:
                target.lost = f"went away during the scan: {reason(error)}"
            finally:
                self.inbox.put((target, None))

    def _check(self) -> None:
        if self.stop.is_set():
            raise Cancelled

    def _walk(self, target: Target) -> None:
        own = os.stat(target.row.path)
        foreign = self.foreign - {(own.st_dev, own.st_ino)}
        target.walk = Walk(target.root, target.filter, foreign, self.settings.follow_symlinks, self._check)
        target.folders = files.folders(self.database, target.row.id)
        comparer = self._comparer(target)
        news = News(target.row.id)
        with self.database.read() as connection:
            for listing in target.walk.folders(target.start):
                folder_id = target.folders.get(listing.rel)
                rows = files.in_folder(connection, folder_id) if folder_id is not None else []
                news.add(comparer.compare(listing, rows))
                if news.found >= BATCH:
                    self.inbox.put((target, news))
                    news = News(target.row.id)
        self.inbox.put((target, news))

    def _comparer(self, target: Target) -> Comparer:
        def volume(dev: int, rel: bytes) -> tuple[int, bool]:
            known = target.volumes.get(dev)
            if known is None:
                known = target.volumes[dev] = self._volume(dev, target.root + b"/" + rel)
            return known

        # Whether the root itself lies below the folder of a sync program.
        outside = not _CLOUD_ROOTS.isdisjoint(target.root.split(b"/"))
        return Comparer(
            target.row.id,
            target.filter,
            self.settings.min_file_size,
            self.full,
            target.problems,
            volume,
            lambda rel: outside or not _CLOUD_ROOTS.isdisjoint(rel.split(b"/")),
            target.settings.read == "all",
        )

    def _volume(self, dev: int, folder: bytes) -> tuple[int, bool]:
        try:
            found = identify(folder)
        except OSError:  # it was listed, and is gone: its files are on a volume of which nothing is known
            return files.volume_id(self.database, f"unknown:gone:{dev}"), False
        return files.volume_id(self.database, found.identity), found.coarse_mtime


def absolute(target: Target, rel: bytes) -> bytes:
    """Return the absolute path of a file of a target."""
    return target.root + b"/" + rel
