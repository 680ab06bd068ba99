"""The list that lies in a demo library: it marks the folder as ours, and says what belongs there."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MARKER = ".ctk-demo.json"
VERSION = 1
"""Counted up when other sounds are made, so that an older library is completed."""


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One name in the demo library."""

    path: str
    """Below its folder, with slashes; bytes that are not UTF-8 as `os.fsdecode` gives them."""
    content: str
    """The identity of its bytes: equal for equal bytes, different for different ones."""
    kind: str
    """A `Kind` of ctk_tui/demo/traps.py."""
    size: int
    """Bytes."""
    link_of: str = ""
    """The path whose file this is a second name of, "" for a file of its own."""


def read(root: Path, seed: int) -> list[DemoFile] | None:
    """Return what lies in a demo library, None unless it is whole and was made by this version and seed."""
    try:
        told = json.loads((root / MARKER).read_text("ascii"))
        files = [DemoFile(**file) for file in told["files"]]
        whole = all(_is_there(root / file.path, file.size) for file in files)
        return files if whole and (told["v"], told["seed"]) == (VERSION, seed) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_there(path: Path, size: int) -> bool:
    status = os.lstat(path)
    return stat.S_ISREG(status.st_mode) and status.st_size == size


def write(root: Path, seed: int, files: Sequence[DemoFile]) -> None:
    """Write the list. JSON's ASCII form keeps names that are not UTF-8.

    Raises:
        OSError: it cannot be written.
    """
    told = {"v": VERSION, "seed": seed, "files": [asdict(file) for file in files]}
    beside = root / f"{MARKER}.new"
    beside.write_text(json.dumps(told, indent=0), "ascii")
    os.replace(beside, root / MARKER)
