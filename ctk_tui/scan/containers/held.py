"""A file as its readers see it: bytes at a place, both ends already in memory."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from ctk_tui.disk.reading import pread
from ctk_tui.model.errors import NotAudio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

READS = 4096
"""Reads beyond both ends that one file may cost (about 8 ms): a header that leads in circles ends here."""
WINDOW = 1 << 20
"""Bytes a read where a whole file has to be walked."""


def no_check() -> None:
    """Do nothing; stands for the caller's sign of life where there is none."""


class Held:
    """The bytes of an open file.

    Args:
        fd: the open file; read by offset.
        path: its name, for errors.
        size: its length in bytes.
        head: its first bytes, all of them where `tail` is empty.
        tail: its last bytes.
        check: called now and then in long work; what it raises goes through.
    """

    __slots__ = ("_reads", "_tail_start", "check", "ends_early", "fd", "head", "head_size", "path", "size", "tail")

    def __init__(
        self, fd: int, path: bytes, size: int, head: bytes, tail: bytes, check: Callable[[], None] = no_check
    ) -> None:
        self.fd = fd
        self.path = path
        self.size = size
        self.head = head
        self.head_size = len(head)
        self.tail = tail
        self.check = check
        self.ends_early = False
        """Whether a reader saw that its headers tell of more bytes; only a decoder knows then what is there."""
        self._tail_start = size - len(tail)
        self._reads = READS

    def at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes at `offset`: fewer at the end, none where the file's reads are used up.

        A length beyond `WINDOW` is cut to it: it comes from the file, and may be a lie of gigabytes.
        """
        if offset + length <= self.head_size and offset >= 0:
            return self.head[offset : offset + length]
        if offset < 0 or offset >= self.size or length <= 0:
            return b""
        if self.tail and offset >= self._tail_start:
            start = offset - self._tail_start
            return self.tail[start : start + length]
        if not self.tail and offset < self.head_size:
            return self.head[offset:]
        self._reads -= 1
        if self._reads < 0:
            return b""
        return self._read(offset, length)

    def _read(self, offset: int, length: int) -> bytes:
        length = min(length, self.size - offset, WINDOW)
        data = pread(self.fd, length, offset)
        while len(data) < length:  # network mounts give less than asked for
            more = pread(self.fd, length - len(data), offset + len(data))
            if not more:
                break
            data += more
        return data

    def windows(self, start: int, end: int, overlap: int) -> Iterator[tuple[int, bytes]]:
        """Yield the bytes from `start` to `end` piece by piece, each with its offset.

        Args:
            start: offset of the first byte.
            end: offset behind the last.
            overlap: bytes that each piece has in common with the one before it.
        """
        offset = start
        while offset < end:
            self.check()
            data = self._read(offset, min(WINDOW, end - offset))
            if not data:
                return
            yield offset, data
            if offset + len(data) >= end:
                return
            offset += max(len(data) - overlap, 1)

    def refuse(self, reason: str) -> NotAudio:
        """Return the error that tells why this file is no sound."""
        return NotAudio(self.path, reason)


class HeldFile(io.RawIOBase):
    """The same bytes as a file object, for libraries that want one; never opens anything by name.

    Args:
        held: the file.
        start: offset at which it begins for its reader, behind a tag that the reader would not understand.
    """

    def __init__(self, held: Held, start: int = 0) -> None:
        super().__init__()
        self._held = held
        self._start = start
        self._place = 0
        self.error: OSError | None = None
        """What the system said when it refused a read; libraries in C lose it on the way."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, all that are left when it is negative."""
        held = self._held
        offset = self._start + self._place
        left = max(held.size - offset, 0)
        length = left if size < 0 else min(size, left)
        if length == 0:
            return b""
        try:
            if offset + length <= held.head_size:
                data = held.head[offset : offset + length]
            else:
                held.check()
                data = pread(held.fd, length, offset)
        except OSError as error:
            self.error = error
            raise
        self._place += len(data)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place and return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place}.get(whence, self._held.size - self._start)
        self._place = max(base + offset, 0)
        return self._place

    def tell(self) -> int:
        """Return the place of the next read."""
        return self._place

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True
