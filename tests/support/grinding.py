"""Damaged files by the thousand, and a function that reads one in every way there is; for worker processes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from ctk_tui.audio.decode import decode
from ctk_tui.audio.peaks import find_peaks
from ctk_tui.model.errors import FileError
from ctk_tui.scan.probe import probe
from tests.support.flavours import FLAVOURS, sine_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FULL = 5000
"""Files of the whole matrix; the fast tests take a seeded tenth of it."""
_HEADER = 512
_ENDS = 65536
_EXTREMES = (b"\0\0\0\0", b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\1\0\0\0", b"\0\0\0\1")


def mutated(folder: Path, numbers: range) -> Iterator[Path]:
    """Write damaged files, one after the other, and give their paths; a number always makes the same file."""
    names = list(FLAVOURS)
    for number in numbers:
        rng = np.random.default_rng(number)
        name = names[number % len(names)]
        content = bytearray(sine_file(name, seconds=0.3))
        for _ in range(int(rng.integers(1, 4))):
            content = _DAMAGES[int(rng.integers(len(_DAMAGES)))](content, rng)
        file = folder / f"{number:05}-{name}.bin"
        file.write_bytes(content)
        yield file


def _flip(content: bytearray, rng: np.random.Generator) -> bytearray:
    for _ in range(int(rng.integers(1, 40))):
        if content:
            content[int(rng.integers(len(content)))] = int(rng.integers(256))
    return content


def _flip_header(content: bytearray, rng: np.random.Generator) -> bytearray:
    for _ in range(int(rng.integers(1, 12))):
        if content:
            content[int(rng.integers(min(_HEADER, len(content))))] = int(rng.integers(256))
    return content


def _lie(content: bytearray, rng: np.random.Generator) -> bytearray:
    at = int(rng.integers(max(1, min(_HEADER, len(content)) - 4)))
    content[at : at + 4] = _EXTREMES[int(rng.integers(len(_EXTREMES)))]
    return content


def _cut(content: bytearray, rng: np.random.Generator) -> bytearray:
    return content[: int(rng.integers(len(content) + 1))]


def _remove(content: bytearray, rng: np.random.Generator) -> bytearray:
    at = int(rng.integers(len(content) + 1))
    del content[at : at + int(rng.integers(1, 3000))]
    return content


def _repeat(content: bytearray, rng: np.random.Generator) -> bytearray:
    at, length = int(rng.integers(len(content) + 1)), int(rng.integers(1, 3000))
    content[at:at] = content[at : at + length]
    return content


def _fill(content: bytearray, rng: np.random.Generator) -> bytearray:
    at, length = int(rng.integers(len(content) + 1)), int(rng.integers(1, 3000))
    return content[:at] + bytearray(rng.bytes(length)) + content[at + length :]


_DAMAGES: tuple[Callable[[bytearray, np.random.Generator], bytearray], ...] = (
    _flip, _flip_header, _flip_header, _lie, _lie, _cut, _remove, _repeat, _fill,
)  # fmt: skip


def facts(path: str) -> object:
    """Return the facts of a file as a scan finds them."""
    with open(path, "rb") as file:
        content = file.read()
        tail = content[-_ENDS:] if len(content) > _ENDS else b""
        return probe(file.fileno(), os.fsencode(path), len(content), content[:_ENDS], tail)


def grind(path: str) -> list[str]:
    """Read a file in every way, and return what each came to; nothing but errors of files may come out.

    Args:
        path: surrogate-escaped.
    """
    found = []
    ways: tuple[Callable[[], object], ...] = (
        lambda: facts(path),
        lambda: decode(path),
        lambda: decode(path, 32000, 1, 0.15, 0.1),
        lambda: find_peaks(path),
    )
    for way in ways:
        try:
            result = way()
        except FileError as error:
            found.append(type(error).__name__)
        else:
            assert not isinstance(result, np.ndarray) or np.isfinite(result).all()
            found.append("ok")
    return found
