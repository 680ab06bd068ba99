"""Sources as file operations see them: where they are, what is protected, what their volume is."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.disk.own import QUARANTINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

UNSAFE = frozenset(
    (b".trash", b".trashes", b"$recycle.bin", b"#recycle", b"@recycle", b".cache", b".dropbox.cache", b".stversions",
     b".snapshots", b".snapshot", b".zfs", b"@snapshot", b"backups.backupdb", b".timemachine", b"lost+found",
     b"system volume information")
)  # fmt: skip
"""Folders whose files may go at any time without a word: no keeper lies below one, whatever the configuration says."""

_NOT_PLAIN = frozenset((b"", b".", b"..", QUARANTINE))


@dataclass(frozen=True, slots=True)
class Ground:
    """One source."""

    id: int
    name: str
    root: bytes
    """Absolute, without a slash at its end; b"" for the root folder."""
    enabled: bool
    online: bool
    reason: str
    """Why it is offline."""
    volume: str
    """Identity of the volume that its root lies on now, "" while it is offline."""
    fstype: str
    case_blind: bool
    coarse: bool
    """Whether its volume keeps times and inode numbers as the FAT family does."""
    quarantine: bytes
    """The folder that the configuration names for removed files, b"" for the default."""
    protects: Callable[[bytes], bool]
    """Whether the file at a relative path is protected."""
    takes: Callable[[bytes], bool]
    """Whether a scan would catalog a file at a relative path."""

    @property
    def path(self) -> bytes:
        """The root as the system names it."""
        return self.root or os.fsencode(os.sep)

    def full(self, rel: bytes) -> bytes:
        """Return the absolute path of a relative one."""
        return self.root + b"/" + rel if rel else self.path


@dataclass(frozen=True, slots=True)
class Place:
    """A path inside a source."""

    ground: Ground
    rel: bytes
    """Relative to the source, b"" for its root."""

    @property
    def folder(self) -> bytes:
        """The folder it lies in, relative."""
        return self.rel.rpartition(b"/")[0]

    @property
    def name(self) -> bytes:
        """Its last part."""
        return self.rel.rpartition(b"/")[2]

    @property
    def path(self) -> bytes:
        """Absolute."""
        return self.ground.full(self.rel)


@dataclass(frozen=True, slots=True)
class Places:
    """All sources."""

    grounds: tuple[Ground, ...]
    """In the order of the configuration."""
    protected: frozenset[tuple[int, int]] = frozenset()
    """Device and inode of protected folders: a file below one is protected by whatever route it is reached."""
    real_roots: dict[str, bytes] = field(default_factory=dict)
    """Name of a source to its root with symbolic links followed."""

    def find(self, path: bytes) -> Place | None:
        """Return the innermost source that a path lies in by its name, None where it lies in none or is not plain."""
        if not is_plain(path):
            return None
        inside = [ground for ground in self.grounds if path.startswith(ground.root + b"/")]
        if not inside:
            return None
        ground = max(inside, key=lambda one: len(one.root))
        return Place(ground, path[len(ground.root) + 1 :])

    def root_at(self, path: bytes) -> Place | None:
        """Return the source whose root a path is."""
        return next((Place(ground, b"") for ground in self.grounds if ground.path == path), None)

    def find_folder(self, path: bytes) -> Place | None:
        """Return the innermost source that a folder lies in, or is the root of; links on the way to it are followed."""
        real = os.path.realpath(path)
        best: tuple[int, Place] | None = None
        for ground in self.grounds:
            root = self.real_roots.get(ground.name, ground.path)
            start = root.rstrip(b"/") + b"/"
            if (real == root or real.startswith(start)) and (best is None or len(root) > best[0]):
                best = len(root), Place(ground, real[len(start) :])
        return best[1] if best else None

    def by_name(self, name: str) -> Ground | None:
        """Return the source of a name."""
        return next((ground for ground in self.grounds if ground.name == name), None)


def is_plain(path: bytes) -> bool:
    """Return whether an absolute path has no `.`, `..`, empty part, NUL or quarantine in it."""
    return path.startswith(b"/") and is_plain_rel(path[1:])


def is_plain_rel(rel: bytes) -> bool:
    """Return whether a relative path leads nowhere but down, and not into a quarantine."""
    return b"\0" not in rel and _NOT_PLAIN.isdisjoint(rel.split(b"/"))


def is_unsafe(path: bytes) -> bool:
    """Return whether a path lies below a trash, cache or snapshot folder, or a quarantine."""
    return any(
        part.lower() in UNSAFE or part == QUARANTINE or part.lower().startswith(b".trash-")
        for part in path.split(b"/")[:-1]
    )


def topmost(folders: Iterable[bytes], chosen: Callable[[bytes], bool]) -> list[bytes]:
    """Return the relative folders that are chosen, without those below one that is; parents must come first."""
    found: list[bytes] = []
    for rel in folders:
        if found and rel.startswith(found[-1] + b"/"):
            continue
        if chosen(rel):
            found.append(rel)
    return found


def is_protected_now(places: Places, path: bytes) -> bool:
    """Return whether a folder, or one around it, is a protected one by whatever route it is reached."""
    while places.protected:
        with contextlib.suppress(OSError):
            status = os.stat(path)
            if (status.st_dev, status.st_ino) in places.protected:
                return True
        above = os.path.dirname(path)
        if above == path:
            break
        path = above
    return False
