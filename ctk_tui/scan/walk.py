"""Walking a source, folder by folder, without opening a file."""

from __future__ import annotations

import os
import stat
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.disk.reasons import reason
from ctk_tui.disk.safe_open import kind
from ctk_tui.scan.patterns import AUDIO_LIKE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctk_tui.scan.patterns import Filter

_AUDIO_LIKE = frozenset(os.fsencode(extension) for extension in AUDIO_LIKE)


@dataclass(frozen=True, slots=True)
class Odd:
    """A name with an audio extension that is no regular file."""

    name: bytes
    what: str
    wrong: bool
    """Whether that is an error."""
    unsure: bool = False
    """Whether a file may lie there all the same: it could not be looked at."""


@dataclass(slots=True)
class Listing:
    """What lies directly in one folder."""

    rel: bytes
    """Of the folder, relative to the source, b"" for its root."""
    dev: int
    """Device number of the folder, good for this run."""
    files: list[tuple[bytes, os.stat_result]] = field(default_factory=list)
    """Names and stats of regular files with an audio extension."""
    stubs: list[tuple[bytes, os.stat_result]] = field(default_factory=list)
    """Names of files that only a placeholder of another name stands for, with the placeholder's stat."""
    odd: list[Odd] = field(default_factory=list)
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
    _links: deque[bytes] = field(default_factory=deque)
    """Links to folders, entered when no folder proper is left: these keep the names that they have."""

    def folders(self, start: bytes = b"") -> Iterator[Listing]:
        """Yield a listing for each folder from `start` (relative) down, parents before children."""
        waiting = [start]
        while waiting or self._links:
            self.check()
            rel = waiting.pop() if waiting else self._links.popleft()
            listing, inner = self._list(rel)
            if listing is None:
                continue
            if listing.error:
                self.failed.add(rel)
            else:
                self.listed[rel] = listing.dev
            waiting.extend(reversed(inner))
            yield listing

    def _list(self, rel: bytes) -> tuple[Listing | None, list[bytes]]:
        """Return what lies in a folder and the folders in it; None for one that was entered by another name."""
        path = self.root + b"/" + rel if rel else self.root or b"/"
        inner: list[bytes] = []
        listing = Listing(rel, 0)
        try:
            status = os.stat(path)
            listing.dev = status.st_dev
            if self.follow:
                if (status.st_dev, status.st_ino) in self._seen:
                    return None, inner
                self._seen.add((status.st_dev, status.st_ino))
            with os.scandir(path) as entries:
                for entry in entries:
                    try:
                        self._entry(entry, rel + b"/" + entry.name if rel else entry.name, listing, inner)
                    except FileNotFoundError:
                        continue  # it went between the listing and the look
                    except OSError as error:
                        listing.odd.append(Odd(entry.name, reason(error), wrong=True, unsure=True))
        except OSError as error:
            listing.error = reason(error)
        return listing, inner

    def _entry(self, entry: os.DirEntry[bytes], rel: bytes, listing: Listing, inner: list[bytes]) -> None:
        if entry.is_dir(follow_symlinks=False):
            self._folder(entry, rel, inner)
            return
        name = entry.name
        if name[name.rfind(b".") :].lower() not in self.filter.extensions:
            self._no_audio(entry, rel, listing)
        elif self.filter.takes_file(rel, name):
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(status.st_mode):
                listing.files.append((name, status))
            elif stat.S_ISLNK(status.st_mode):
                self._link(entry, rel, listing)
            else:
                listing.odd.append(Odd(name, f"{kind(status.st_mode)}, not a regular file", wrong=True))

    def _no_audio(self, entry: os.DirEntry[bytes], rel: bytes, listing: Listing) -> None:
        name = entry.name
        extension = name[name.rfind(b".") :].lower()
        if extension in _AUDIO_LIKE:
            text = os.fsdecode(extension)
            listing.other[text] = listing.other.get(text, 0) + 1
        elif extension == b".icloud" and name.startswith(b"."):
            self._placeholder(entry, rel, listing)
        elif self.follow and entry.is_symlink():
            self._link(entry, rel, listing)

    def _folder(self, entry: os.DirEntry[bytes], rel: bytes, inner: list[bytes] | deque[bytes]) -> None:
        if not self.filter.takes_folder(rel, entry.name):
            self.pruned.add(rel)
            return
        if self.foreign:
            # Of the folder itself: the entry of a mount point may tell the inode that lies below the mount.
            status = os.stat(entry.path)
            if (status.st_dev, status.st_ino) in self.foreign:
                self.pruned.add(rel)
                return
        inner.append(rel)

    def _link(self, entry: os.DirEntry[bytes], rel: bytes, listing: Listing) -> None:
        if not self.follow:
            listing.odd.append(Odd(entry.name, "a symbolic link (follow_symlinks is off)", wrong=False))
            return
        try:
            status = entry.stat()
        except OSError as error:
            if self.filter.takes_file(rel, entry.name):
                what = f"a symbolic link that leads nowhere: {reason(error)}"
                # Unsure: it may lead to a drive that is unplugged.
                listing.odd.append(Odd(entry.name, what, wrong=True, unsure=True))
            return
        if stat.S_ISDIR(status.st_mode):
            self._folder(entry, rel, self._links)
        elif self.filter.takes_file(rel, entry.name):
            if stat.S_ISREG(status.st_mode):
                listing.files.append((entry.name, status))
            else:
                listing.odd.append(Odd(entry.name, f"{kind(status.st_mode)}, not a regular file", wrong=True))

    def _placeholder(self, entry: os.DirEntry[bytes], rel: bytes, listing: Listing) -> None:
        """Take the macOS placeholder `.name.wav.icloud` for the file name.wav that it stands for."""
        name = entry.name[1:-7]
        folder = rel[: len(rel) - len(entry.name)]
        if self.filter.takes_file(folder + name, name):
            listing.stubs.append((name, entry.stat(follow_symlinks=False)))
