"""Unit vectors on disk: a file of rows that is mapped, not read, and an index that says what each row is.

The rows lie in a file of their own whose name the index holds. Adding writes behind the rows that the index knows, then
puts a new index in the old one's place; making all anew writes another file of rows first. So a reader in another
process sees the old state or the new one, and a kill at any moment leaves the old one. One writer at a time.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ctk_tui.disk.reasons import reason
from ctk_tui.model.classification import EMBEDDING, EMBEDDING_BYTES
from ctk_tui.model.errors import CtkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Stamps: TypeAlias = NDArray[np.int64]
    Rows: TypeAlias = NDArray[np.float16]

MAGIC = b"ctk rows"
VERSION = 1
# Magic, version, numbers a row, rows, whose they are, name of the file of rows, checksum of the stamps.
_HEAD = struct.Struct("<8sIIQ32s16sI")
_PAGE = 4096
"""Bytes before the first row: rows of 4096 bytes then lie on pages of their own."""
_TRIES = 5
"""How often a reader looks again for rows that a writer made anew meanwhile."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """The rows of one moment."""

    owner: str
    """Name of the embeddings that they were made of, at most 32 characters."""
    token: str
    """Name of the file of rows, "" where there are none yet."""
    stamps: Stamps
    """Of each row, growing."""
    rows: Rows
    """Unit vectors, mapped."""

    @property
    def last(self) -> int:
        """The highest stamp, 0 where there is none."""
        return int(self.stamps[-1]) if len(self.stamps) else 0


def nothing(owner: str) -> Vectors:
    """Return no rows at all."""
    return Vectors(owner, "", np.zeros(0, np.int64), np.zeros((0, EMBEDDING), np.float16))


def read(place: Path, owner: str) -> Vectors:
    """Return the rows that lie at a place; none where they are damaged, of another version or of other embeddings.

    Args:
        place: the index; the rows lie beside it.
        owner: name of the embeddings.
    """
    for _ in range(_TRIES):
        try:
            index = place.read_bytes()
        except FileNotFoundError:
            break
        token, stamps = _understood(index, owner)
        if stamps is None:
            break
        with contextlib.suppress(FileNotFoundError):  # made anew between the two: the index is another one now
            rows = _mapped(_beside(place, token), len(stamps))
            return nothing(owner) if rows is None else Vectors(owner, token, stamps, rows)
    return nothing(owner)


def _understood(index: bytes, owner: str) -> tuple[str, Stamps | None]:
    if len(index) < _HEAD.size:
        return "", None
    magic, version, numbers, count, name, token, checksum = _HEAD.unpack_from(index)
    body = index[_HEAD.size :]
    mine = (magic, version, numbers, name.rstrip(b"\0")) == (MAGIC, VERSION, EMBEDDING, owner.encode())
    if not mine or len(body) != 8 * count or zlib.crc32(body) != checksum:
        return "", None
    return token.decode("ascii", "replace"), np.frombuffer(body, "<i8").astype(np.int64)


def _mapped(path: Path, count: int) -> Rows | None:
    with open(path, "rb") as file:
        head = file.read(_PAGE)
        size = os.fstat(file.fileno()).st_size
    if head != _page(path) or size < _PAGE + count * EMBEDDING_BYTES:
        return None
    if count == 0:
        return np.zeros((0, EMBEDDING), np.float16)
    return np.asarray(np.memmap(path, "<f2", "r", _PAGE, (count, EMBEDDING)))


def _beside(place: Path, token: str) -> Path:
    return place.with_name(f"{place.name}.{token}")


def _page(path: Path) -> bytes:
    """Return what a file of rows begins with: its own name, so that none is taken for another."""
    return (MAGIC + path.name.rpartition(".")[2].encode()).ljust(_PAGE, b"\0")


def append(place: Path, before: Vectors, parts: Iterable[tuple[Stamps, Rows]]) -> None:
    """Write rows behind those that are there; only whoever holds the writer's lock may.

    Args:
        place: the index, which is written once, at the end.
        before: what is there now.
        parts: stamps, each higher than all before, and their unit vectors.

    Raises:
        CtkError: the disk is full, or refuses.
    """
    with _told(place):
        token = before.token or secrets.token_hex(8)
        path = _beside(place, token)
        with open(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600), "r+b") as file:
            if not before.token:
                file.write(_page(path))
            # What a writer left behind that was killed is written over; the index never knew it.
            file.seek(_PAGE + len(before.stamps) * EMBEDDING_BYTES)
            stamps = [before.stamps]
            for some, rows in parts:
                file.write(np.ascontiguousarray(rows, "<f2").data)
                stamps.append(some)
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
        _put_index(place, before.owner, token, np.concatenate(stamps))


def _put_index(place: Path, owner: str, token: str, stamps: Stamps) -> None:
    body = stamps.astype("<i8").tobytes()
    head = _HEAD.pack(
        MAGIC, VERSION, EMBEDDING, len(stamps), owner.encode(), token.encode(), zlib.crc32(body)
    )  # fmt: skip
    new = place.with_name(place.name + ".new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600), "wb") as file:
        file.write(head + body)
        file.flush()
        os.fsync(file.fileno())
    new.replace(place)


def tidy(place: Path, keep: str) -> None:
    """Delete files of rows that no index knows any more; only whoever holds the writer's lock may.

    Args:
        place: the index.
        keep: the token that it holds.
    """
    for path in place.parent.iterdir():
        name, _, token = path.name.rpartition(".")
        if name == place.name and len(token) == 16 and token != keep:
            with contextlib.suppress(OSError):  # Windows keeps what somebody has mapped; the next one tries again
                path.unlink()


@contextlib.contextmanager
def _told(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CtkError(
            f"{place}: the vectors of similar sounds cannot be written: {reason(error)}", "make room there, or rights"
        ) from error
