"""The demo library on disk: made whole, made again without harm, and told truly."""

from __future__ import annotations

import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ctk_tui.demo.manifest import MARKER, DemoFile, read, write
from ctk_tui.model.errors import Refused
from ctk_tui.model.job import Job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.demo.contents import Original

SOURCES = ("studio", "archive", "usb-backup")
"""The folders of the library that are sources, in the order of the config."""


@dataclass(frozen=True, slots=True)
class DemoLibrary:
    """A demo library that lies on disk."""

    root: Path
    """Its folder, absolute."""
    files: tuple[DemoFile, ...]
    """Everything in it, sorted by path."""
    sources: dict[str, Path]
    """Name of a source to its root folder."""

    @property
    def truth(self) -> dict[Path, str]:
        """Path to the identity of its content: two paths hold equal bytes exactly when these are equal."""
        return {self.root / file.path: file.content for file in self.files}


def make_library(dest: Path, *, job: Job | None = None, seed: int = 1) -> DemoLibrary:
    """Make the demo library, or make whole again what is left of it.

    Args:
        dest: its folder; new, empty, or a demo library. Nothing outside it is written.
        job: counts files, and may be cancelled; what lies there then is completed the next time.
        seed: another number, other noise in the sounds.

    Returns:
        What lies there. Files that the user added are left alone and not in it.

    Raises:
        Refused: `dest` holds something else, or a link leads out of it.
        Cancelled: `job` was cancelled.
        OSError: a file cannot be written.
    """
    job = job or Job()
    root = Path(os.path.abspath(dest))
    _claim(root)
    job.stage = "demo"
    made = read(root, seed)
    if made is None:
        made = sorted(_make(root, job, seed), key=lambda file: os.fsencode(file.path))
        write(root, seed, made)
    return DemoLibrary(root, tuple(made), {name: root / name for name in SOURCES})


def _claim(root: Path) -> None:
    """Mark the folder as ours before the first sound is in it, so that a cancelled run can be completed."""
    marker = root / MARKER
    if root.exists() and not marker.is_file() and (not root.is_dir() or any(root.iterdir())):
        raise Refused(f"{root}: holds something else than a demo library", "name a folder that is new or empty")
    root.mkdir(parents=True, exist_ok=True)
    if not marker.exists():
        marker.touch()


def _make(root: Path, job: Job, seed: int) -> Iterator[DemoFile]:
    from ctk_tui.demo.contents import originals
    from ctk_tui.demo.traps import HARD_LINKS, TRAPS, copies

    found = originals()
    copied = copies([one.path for one in found])
    job.total = len(found) + len(copied) + len(TRAPS) + len(HARD_LINKS)
    written = {}
    for one, content in _rendered(found, seed):
        for path in (one.path, *(copy for copy, of in copied.items() if of == one.path)):
            job.check()
            if _put(root, path, content, one.path):
                yield DemoFile(path, one.path, "sound", len(content))
            job.done += 1
        written[one.path] = content if any(trap.of == one.path for trap in TRAPS) else b""
    for trap in TRAPS:
        content = trap.change(written[trap.of])
        _put(root, trap.path, content, trap.path)
        whole = trap.kind == "sound"
        yield DemoFile(trap.path, trap.of if whole else trap.path, trap.kind, len(content))
        job.done += 1
    for path, of in HARD_LINKS.items():
        if _link(root, path, of):
            yield DemoFile(path, of, "sound", os.stat(root / of).st_size, of)
        job.done += 1


def _rendered(found: list[Original], seed: int) -> Iterator[tuple[Original, bytes]]:
    """Yield every original with its bytes; numpy and the encoders leave the other cores to other threads."""
    sounds: dict[str, list[Original]] = {}
    for one in found:
        sounds.setdefault(one.sound or one.path, []).append(one)
    pool = ThreadPoolExecutor(min(8, os.cpu_count() or 1), "ctk-demo")
    try:
        for forms in pool.map(lambda name: _render(name, sounds[name], seed), sounds):
            yield from forms
    finally:
        pool.shutdown(cancel_futures=True)


def _render(name: str, forms: list[Original], seed: int) -> list[tuple[Original, bytes]]:
    """Return one sound in all its forms; it is rendered once a rate."""
    import numpy as np

    from ctk_tui.audio.encode import encode_bytes
    from ctk_tui.demo.waves import mono

    rendered, written = {}, []
    for one in forms:
        if one.rate not in rendered:
            rendered[one.rate] = one.make(one.rate, np.random.default_rng([seed, zlib.crc32(name.encode())]))
        samples = (mono(rendered[one.rate]) if one.channels == 1 else rendered[one.rate]).astype(np.float32)
        written.append((one, encode_bytes(samples, one.rate, one.format, bit_depth=one.bit_depth, tags=one.tags)))
    return written


def _put(root: Path, path: str, content: bytes, of: str) -> bool:
    """Write one file unless it lies there already; return False where the system cannot hold the name of a copy."""
    target = os.fsencode(root / path)
    folder, name = os.path.split(target)
    _stay_inside(root, folder)
    os.makedirs(folder, exist_ok=True)
    try:
        if os.path.lexists(target):
            if name not in os.listdir(folder):
                return False  # the system takes it for the same as another name, such as one that is written NFC
            if not os.path.islink(target) and os.path.getsize(target) == len(content) and _read(target) == content:
                return True
            os.unlink(target)
        with open(target, "xb") as file:
            file.write(content)
    except (OSError, ValueError):
        if path != of:
            return False
        raise
    os.utime(target, (_modified(path, of),) * 2)
    return True


def _modified(path: str, of: str) -> int:
    """Return when a file was last modified, the same every time: from 2016 on, copies later, backups with the date."""
    made = 1_460_000_000 + zlib.crc32(os.fsencode(of)) % 1200 * 86_400
    later = 0 if path == of or "/backup-" in path else 100 + zlib.crc32(os.fsencode(path)) % 1200
    return made + later * 86_400


def _link(root: Path, path: str, of: str) -> bool:
    target = root / path
    _stay_inside(root, os.fsencode(target.parent))
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        if target.exists() and os.path.samefile(target, root / of):
            return True
        target.unlink(missing_ok=True)
        os.link(root / of, target)
    except OSError:  # FAT knows no hard links
        return False
    return True


def _stay_inside(root: Path, folder: bytes) -> None:
    real, home = os.path.realpath(folder), os.path.realpath(os.fsencode(root))
    if os.path.commonpath([real, home]) != home:
        raise Refused(f"{os.fsdecode(folder)}: a link leads out of the demo library", "remove the link")


def _read(path: bytes) -> bytes:
    with open(path, "rb") as file:
        return file.read()
