"""Small real libraries for tests: WAV files by the byte, a toolkit over them, and a slow look at what is there."""

from __future__ import annotations

import itertools
import os
import struct
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from ctk_tui.config import edit
from ctk_tui.toolkit.scanning import ScanOptions
from ctk_tui.toolkit.toolkit import Toolkit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ctk_tui.model.job import Job
    from ctk_tui.model.report import ScanReport

_clock = itertools.count(1_600_000_000)


def wav(seed: int, *, frames: int = 400, middle: int = 0) -> bytes:
    """Return a mono 16-bit WAV file.

    Args:
        seed: decides the samples.
        frames: its length; above 70,000 the file is longer than the two ends that a fingerprint reads.
        middle: changes one sample in the middle, which a fingerprint of a long file does not see.
    """
    data = bytearray(struct.pack("<h", (seed * 7919) % 30000 - 15000) * frames)
    struct.pack_into("<h", data, len(data) // 4 * 2, middle)
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1, 44100, 88200, 2, 16,
                       b"data", len(data))  # fmt: skip
    return head + bytes(data)


def put(path: Path | bytes, content: bytes) -> None:
    """Write a file, its folders too, with a time of change that no other file has."""
    name = os.fsencode(path)
    os.makedirs(os.path.dirname(name), exist_ok=True)
    with open(name, "wb") as file:
        file.write(content)
    moment = next(_clock)
    os.utime(name, (moment, moment))


class Library:
    """A toolkit over some sources, with files read in threads: no process starts, the code that reads is the same.

    Args:
        folder: an empty folder for configuration and catalog.
        sources: name to root folder, in the order of the configuration; made where they are not there.
        extra: text to stand before the sources in the configuration.
    """

    def __init__(self, folder: Path, sources: Mapping[str, Path], extra: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.config = folder / "config.toml"
        self.config.write_text(extra)
        for name, root in sources.items():
            root.mkdir(parents=True, exist_ok=True)
            edit.add_source(self.config, name, root)
        self.database = folder / "catalog.db"
        self.toolkit = self.open()

    def open(self) -> Toolkit:
        return Toolkit.open(self.config, database_path=self.database)

    def scan(self, *names: str, job: Job | None = None, **options: bool) -> ScanReport:
        chosen = ScanOptions(executor=lambda: ThreadPoolExecutor(2), **options)
        return self.toolkit.sources.scan(names, chosen, job)

    def paths(self, state: str = "present") -> dict[bytes, int]:
        """Return absolute path to audio id of all paths in a state."""
        with self.toolkit.database.read() as connection:
            rows = connection.execute(
                "SELECT CAST(s.root || x'2f' || p.rel AS BLOB), p.audio_id FROM paths p"
                " JOIN sources s ON s.id = p.source_id WHERE p.state = ?",
                (state,),
            )
            return dict(rows.fetchall())

    def close(self) -> None:
        self.toolkit.close()


def files_below(root: Path) -> dict[bytes, bytes]:
    """Return absolute path to content of all regular files with an audio extension below a folder."""
    found = {}
    for folder, _, names in os.walk(os.fsencode(root)):
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith((b".wav", b".mp3")) and not os.path.islink(path):
                with open(path, "rb") as file:
                    found[path] = file.read()
    return found


def kicks(folder: Path, number: int) -> Library:
    """Return a library of so many short sounds, `kick 0.wav` and so on, scanned; nothing is heard by itself."""
    for at in range(number):
        put(folder / "one" / f"kick {at}.wav", wav(at))
    made = Library(folder / "ctk", {"one": folder / "one"}, "[audio]\naudition = false\n\n")
    made.scan()
    return made
