"""What file operations must keep: whole trees, the contents that are anywhere; and processes that are killed."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from types import TracebackType

QUARANTINE = ".ctk-quarantine"
VICTIM = Path(__file__).parent.parent / "files" / "victim.py"


def tree(*roots: Path) -> dict[str, tuple[object, ...]]:
    """Return everything below folders, quarantines aside: kind, bytes or link text, permissions, time of change."""
    found: dict[str, tuple[object, ...]] = {}
    for root in roots:
        for folder, folders, files in os.walk(os.fsencode(root)):
            folders[:] = [name for name in folders if name != os.fsencode(QUARANTINE)]
            found[os.fsdecode(folder)] = _seen(folder)
            for name in [*files, *(name for name in folders if os.path.islink(os.path.join(folder, name)))]:
                found[os.fsdecode(os.path.join(folder, name))] = _seen(os.path.join(folder, name))
    return found


def _seen(path: bytes) -> tuple[object, ...]:
    status = os.lstat(path)
    kind = stat.S_IFMT(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return kind, os.readlink(path)
    content = Path(os.fsdecode(path)).read_bytes() if stat.S_ISREG(status.st_mode) else b""
    return kind, content, stat.S_IMODE(status.st_mode), status.st_mtime_ns


def difference(before: dict[str, tuple[object, ...]], after: dict[str, tuple[object, ...]]) -> list[str]:
    """Return the paths that differ, with what is different."""
    names = ("kind", "content", "mode", "time")
    found = []
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path), after.get(path)
        if old is None or new is None:
            found.append(f"{path}: {'new' if old is None else 'gone'}")
        elif old != new:
            what = [name for name, one, other in zip(names, old, new, strict=False) if one != other]
            found.append(f"{path}: {', '.join(what)}")
    return found


def contents(*roots: Path) -> Counter[bytes]:
    """Return the contents of all regular files with an audio extension below folders, quarantines too, by inode."""
    found: Counter[bytes] = Counter()
    seen: set[tuple[int, int]] = set()
    for root in roots:
        for folder, _, files in os.walk(os.fsencode(root)):
            for name in files:
                path = os.path.join(folder, name)
                status = os.lstat(path)
                key = (status.st_dev, status.st_ino)
                if b".wav" in name and stat.S_ISREG(status.st_mode) and key not in seen:
                    seen.add(key)
                    found[Path(os.fsdecode(path)).read_bytes()] += 1
    return found


def quarantined(root: Path) -> list[str]:
    """Return the names of the files in quarantine below a folder, journals aside."""
    found = []
    for folder, _, files in os.walk(root):
        inside = os.path.relpath(folder, root).split(os.sep)
        if QUARANTINE in inside and inside[-1] != QUARANTINE:
            found += [name for name in files if name != "journal.jsonl"]
    return sorted(found)


def paired(folder: Path, drive: Path, copies: int = 3) -> Library:
    """Return a scanned library whose copies lie on a drive.

    Args:
        folder: an empty folder, in which the originals lie in `one`.
        drive: where the copies lie, in `Samples/sub`.
        copies: how many.
    """
    library = Library(folder / "config", {"one": folder / "one", "drive": drive / "Samples"})
    for at in range(copies):
        put(folder / "one" / f"{at}.wav", wav(at))
        put(drive / "Samples" / "sub" / f"{at} copy.wav", wav(at))
    library.scan()
    return library


def spread(folder: Path, drive: Path, other: Path) -> Library:
    """Return a scanned library with six originals in a folder's `one`, and their copies in turn on two drives."""
    library = Library(
        folder / "config", {"one": folder / "one", "drive": drive / "Samples", "other": other / "Samples"}
    )  # fmt: skip
    for at in range(6):
        put(folder / "one" / f"{at}.wav", wav(at))
        put((drive if at % 2 else other) / "Samples" / "sub" / f"{at} copy.wav", wav(at))
    library.scan()
    return library


class Victims:
    """A process that does file operations in children of its own, each killed at a moment that the test chooses.

    It loads the package once and forks, so that hundreds of kills take seconds.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(VICTIM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(VICTIM.parent.parent.parent)},
        )  # fmt: skip

    def run(self, config: Path, database: Path, what: str, *, kill: int = 0, way: str = "flag", **more: Any) -> Any:
        """Let a child do something.

        Args:
            config: the configuration.
            database: the catalog.
            what: the name of a function in victim.py.
            kill: the moment at which it is killed, counted from 1; 0 for never.
            way: how files are renamed: flag, link or placeholder.
            more: arguments of the function.

        Returns:
            None when it was killed, else [moments that it passed, what the function returned].
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"config": str(config), "database": str(database), "what": what, "kill": kill, "way": way, "more": more}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()
