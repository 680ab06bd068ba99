"""Calling commands, and names as bad as names get."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Said:
    """What a command wrote, and its exit code."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


class Ctk(Protocol):
    """Calls `ctk ARGUMENTS` in this process."""

    def __call__(self, *arguments: str | os.PathLike[str]) -> Said: ...


NAMES = (
    b"plain.wav",
    b"not utf-8 \xff\xfe.wav",
    b"two\nlines.wav",
    b"carriage\rreturn.wav",
    b"esc \x1b[31mred\x1b[0m \x07.wav",
    "c1 \u009b31m.wav".encode(),
    "bidi \u202eevaw.wav".encode(),
    b"[bold]markup[red].wav",
    b"-dash.wav",
    b"--json.wav",
    b'tab\there, "quoted".wav',
    "wide 東京 🥁.wav".encode(),
    "nfc K\u00fcche.wav".encode(),
    "nfd Ku\u0308che.wav".encode(),
)
"""In the order of their ids, from 1."""
BROKEN = b"broken \x1b]0;title\x07.wav"
DAY = 1_600_000_000


@dataclass(frozen=True)
class Hostile:
    """The library with the bad names, and how to call commands on it."""

    root: Path
    config: Path
    database: Path

    @property
    def options(self) -> list[str]:
        return ["--config", str(self.config), "--db", str(self.database)]


def write(root: Path, name: bytes, content: bytes, number: int) -> None:
    """Write a file whose time follows from its number, so that what is written of it is always the same."""
    path = os.path.join(os.fsencode(root), name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    os.utime(path, (DAY + 86400 * number, DAY + 86400 * number))
