"""Opening: regular files only, and never a wait."""

from __future__ import annotations

import errno
import os
import socket
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from ctk_tui.disk.reasons import reason, unreadable
from ctk_tui.disk.safe_open import kind, open_regular
from ctk_tui.model.errors import FileUnreadable, NotARegularFile

if TYPE_CHECKING:
    from pathlib import Path

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such thing in its file systems")


def test_a_regular_file_opens_with_its_stat(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF")
    (tmp_path / "b.wav").hardlink_to(path)
    seen = path.stat()
    with open_regular(str(path)) as file:
        assert os.read(file.fd, 10) == b"RIFF"
        assert (file.size, file.mtime_ns, file.inode, file.dev, file.nlink) == (
            4,
            seen.st_mtime_ns,
            seen.st_ino,
            seen.st_dev,
            2,
        )
    with pytest.raises(OSError, match=r"[Bb]ad file descriptor"):
        os.fstat(file.fd)


@posix
@pytest.mark.parametrize("looked", [False, True])
def test_a_pipe_does_not_block(tmp_path: Path, looked: bool) -> None:
    path = tmp_path / "x.wav"
    os.mkfifo(path)
    with pytest.raises(NotARegularFile, match="a named pipe"):
        open_regular(os.fsencode(path), looked=looked)


@posix
def test_a_pipe_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that waits for a reader must not be woken by a scan."""
    path = tmp_path / "x.wav"
    os.mkfifo(path)
    opened: list[object] = []
    monkeypatch.setattr(os, "open", lambda *args: opened.append(args))
    with pytest.raises(NotARegularFile):
        open_regular(str(path))
    assert opened == []


@posix
@pytest.mark.parametrize("looked", [False, True])
def test_other_kinds_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looked: bool) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's address holds about 100 bytes, tmp_path may be longer
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.wav")
        with pytest.raises(NotARegularFile, match="a socket"):
            open_regular("s.wav", looked=looked)
    (tmp_path / "d.wav").mkdir()
    with pytest.raises(NotARegularFile, match="a folder"):
        open_regular("d.wav", looked=looked)
    with pytest.raises(NotARegularFile, match="a character device"):
        open_regular("/dev/null", looked=looked)


@posix
@pytest.mark.parametrize("looked", [False, True])
def test_links_are_followed_only_when_asked(tmp_path: Path, looked: bool) -> None:
    (tmp_path / "a.wav").write_bytes(b"abc")
    link = tmp_path / "l.wav"
    link.symlink_to("a.wav")
    with pytest.raises(NotARegularFile, match="a symbolic link"):
        open_regular(str(link), looked=looked)
    with open_regular(str(link), follow=True, looked=looked) as file:
        assert file.size == 3
    (tmp_path / "d.wav").symlink_to("nowhere")
    with pytest.raises(FileUnreadable, match="vanished"):
        open_regular(str(tmp_path / "d.wav"), follow=True, looked=looked)
    (tmp_path / "o.wav").symlink_to("o.wav")
    with pytest.raises(FileUnreadable, match="too many symbolic links"):
        open_regular(str(tmp_path / "o.wav"), follow=True, looked=looked)


@posix
def test_a_pipe_that_takes_the_name_between_look_and_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(b"abc")
    before = os.lstat(path)
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(os, "lstat", lambda _: before)
    held = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
    with pytest.raises(NotARegularFile, match="a named pipe"):
        open_regular(str(path))
    assert held == (len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0)


def test_what_is_gone_and_what_cannot_be_named(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="vanished") as caught:
        open_regular(str(tmp_path / "gone.wav"))
    assert caught.value.path == os.fsencode(tmp_path / "gone.wav")
    with pytest.raises(FileUnreadable, match="file name too long"):
        open_regular(str(tmp_path / ("x" * 300)))
    with pytest.raises(FileUnreadable, match="not a name"):
        open_regular(str(tmp_path / "a\0b"))


@posix
def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/\xff\xfe \n\x1b[31m.wav"
    with open(raw, "wb") as file:
        file.write(b"abc")
    for name in (raw, os.fsdecode(raw)):
        with open_regular(name) as opened:
            assert opened.size == 3
    os.unlink(raw)
    with pytest.raises(FileUnreadable) as caught:
        open_regular(raw)
    assert caught.value.path == raw


def test_permission_denied_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a refusing os.open: root may read everything, and tests run as root too."""
    path = tmp_path / "a.wav"
    path.write_bytes(b"")

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(FileUnreadable, match="permission denied"):
        open_regular(str(path))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EIO, "x"), "input/output error"),
        (OSError(errno.ESTALE, "x"), "stale network file handle"),
        (OSError(errno.ENOSPC, "No space left on device"), "no space left on device"),
        (OSError("odd"), "odd"),
        (ValueError("embedded null byte"), "not a name that this system can hold"),
    ],
)
def test_reasons(error: OSError | ValueError, words: str) -> None:
    assert reason(error) == words
    assert str(unreadable(b"/a\xff", error)) == f"/a\udcff: {words}"


def test_kinds() -> None:
    assert kind(stat.S_IFREG | 0o644) == "a regular file"
    assert kind(stat.S_IFBLK) == "a block device"
    assert kind(0) == "a special file"
