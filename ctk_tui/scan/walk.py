"""Walking a source, folder by folder, without opening a file."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.disk.reasons import reason
from ctk_tui.disk.safe_open import kind
from ctk_tui.scan.patterns import AUDIO_LIKE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctk_tui.scan.patterns import Filter

_AUDIO_LIKE = frozenset(os.fsencode(extension) for extension in AUDIO_LIKE)


@dataclass(slots=True)
class Listing:
    """What lies directly in one folder."""

    rel: bytes
    """Of the folder, relative to the source, b"" for its root."""
    dev: int
    """Device number of the folder, good for this run."""
    files: list[tuple[bytes, os.stat_result]] = field(default_factory=list)
    """Names and stats of regular files with an audio extension."""
    odd: list[tuple[bytes, str, bool]] = field(default_factory=list)
    """Names with an audio extension that are no regular files: name, what it is, whether that is an error."""
    other: dict[str, int] = field(default_factory=dict)
    """Audio-like extensions that are not scanned, and how often."""
    error: str = ""
    """Why the folder could not be listed to the end, "" when it could."""


@dataclass(slots=True)
class Walk:
    """A walk of one source, or of one folder in it.

    Args:
        root: absolute path of the source.
        filter: which names it takes.
        foreign: device and inode of the roots of other sources; what lies below them is theirs.
        follow: whether symbolic links are followed; each folder is entered once all the same.
        check: called before every folder; what it raises ends the walk.
    """

    root: bytes
    filter: Filter
    foreign: frozenset[tuple[int, int]]
    follow: bool = False
    check: Callable[[], None] = lambda: None
    listed: dict[bytes, int] = field(default_factory=dict)
    """Folders listed to the end: relative path to device number."""
    failed: set[bytes] = field(default_factory=set)
    """Folders that could not be."""
    pruned: set[bytes] = field(default_factory=set)
    """Folders that were left out: excluded, or another source's."""
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def folders(self, start: bytes = b"") -> Iterator[Listing]:
        """Yield a listing for each folder from `start` (relative) down, parents before children."""
        waiting = [start]
        while waiting:
            self.check()
            rel = waiting.pop()
            listing, inner = self._list(rel)
            if listing.error:
                self.failed.add(rel)
            else:
                self.listed[rel] = listing.dev
            waiting.extend(reversed(inner))
            yield listing

    def _list(self, rel: bytes) -> tuple[Listing, list[bytes]]:
        path = self.root + b"/" + rel if rel else self.root or b"/"
        inner: list[bytes] = []
        listing = Listing(rel, 0)
        try:
            status = os.stat(path)
            listing.dev = status.st_dev
            if self.follow:
                self._seen.add((status.st_dev, status.st_ino))
            with os.scandir(path) as entries:
                for entry in entries:
                    try:
                        self._entry(entry, rel + b"/" + entry.name if rel else entry.name, listing, inner)
                    except FileNotFoundError:
                        continue  # it went between the listing and the look
                    except OSError as error:
                        listing.odd.append((entry.name, reason(error), True))
        except OSError as error:
            listing.error = reason(error)
        return listing, inner

    def _entry(self, entry: os.DirEntry[bytes], rel: bytes, listing: Listing, inner: list[bytes]) -> None:
        if entry.is_dir(follow_symlinks=False):
            self._folder(entry, rel, inner)
            return
        name = entry.name
        if name[name.rfind(b".") :].lower() not in self.filter.extensions:
            self._no_audio(entry, rel, listing, inner)
        elif self.filter.takes_file(rel, name):
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(status.st_mode):
                listing.files.append((name, status))
            elif stat.S_ISLNK(status.st_mode):
                self._link(entry, rel, listing, inner)
            else:
                listing.odd.append((name, f"{kind(status.st_mode)}, not a regular file", True))

    def _no_audio(self, entry: os.DirEntry[bytes], rel: bytes, listing: Listing, inner: list[bytes]) -> None:
        name = entry.name
        extension = name[name.rfind(b".") :].lower()
        if extension in _AUDIO_LIKE:
            text = os.fsdecode(extension)
            listing.other[text] = listing.other.get(text, 0) + 1
        elif extension == b".icloud" and name.startswith(b"."):
            self._placeholder(entry, rel, listing)
        elif self.follow and entry.is_symlink():
            self._link(entry, rel, listing, inner)

    def _folder(self, entry: os.DirEntry[bytes], rel: bytes, inner: list[bytes]) -> None:
        if not self.filter.takes_folder(rel, entry.name):
            self.pruned.add(rel)
            return
        if self.foreign or self.follow:
            # Of the folder itself: the entry of a mount point may tell the inode that lies below the mount.
            status = os.stat(entry.path)
            here = (status.st_dev, status.st_ino)
            if here in self.foreign:
                self.pruned.add(rel)
                return
            if self.follow and here in self._seen:
                return
        inner.append(rel)

    def _link(self, entry: os.DirEntry[bytes], rel: bytes, listing: Listing, inner: list[bytes]) -> None:
        if not self.follow:
            listing.odd.append((entry.name, "a symbolic link (follow_symlinks is off)", False))
            return
        try:
            status = entry.stat()
        except OSError as error:
            if self.filter.takes_file(rel, entry.name):
                listing.odd.append((entry.name, f"a symbolic link that leads nowhere: {reason(error)}", True))
            return
        if stat.S_ISDIR(status.st_mode):
            self._folder(entry, rel, inner)
        elif self.filter.takes_file(rel, entry.name):
            if stat.S_ISREG(status.st_mode):
                listing.files.append((entry.name, status))
            else:
                listing.odd.append((entry.name, f"{kind(status.st_mode)}, not a regular file", True))

    def _placeholder(self, entry: os.DirEntry[bytes], rel: bytes, listing: Listing) -> None:
        """Take the macOS placeholder `.name.wav.icloud` for the file name.wav that it stands for."""
        name = entry.name[1:-7]
        folder = rel[: len(rel) - len(entry.name)]
        if self.filter.takes_file(folder + name, name):
            listing.files.append((name, entry.stat(follow_symlinks=False)))
