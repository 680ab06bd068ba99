"""Renaming never replaces, by whichever way the file system leaves."""

from __future__ import annotations

import errno
import os
import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from ctk_tui.disk import rename
from ctk_tui.disk.folder import Folder, open_below, open_root
from ctk_tui.disk.rename import rename_new
from ctk_tui.model.errors import NotARegularFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WAYS = ("flag", "link", "placeholder")


def refuse(number: int) -> Callable[..., None]:
    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return refused


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param != "flag":
        monkeypatch.setattr(rename, "_by_flag", refuse(errno.EINVAL))
    if request.param == "placeholder":
        monkeypatch.setattr(rename, "_by_link", refuse(errno.EPERM))
    found: str = request.param
    return found


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[tuple[Folder, Folder]]:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with open_root(os.fsencode(tmp_path / "a")) as a, open_root(os.fsencode(tmp_path / "b")) as b:
        yield a, b


def test_a_file_gets_its_new_name(tmp_path: Path, folders: tuple[Folder, Folder], way: str) -> None:
    (tmp_path / "a" / "one").write_bytes(b"1")
    inode = (tmp_path / "a" / "one").stat().st_ino
    assert rename_new(folders[0], b"one", folders[1], b"\xfftwo") == way
    assert os.listdir(os.fsencode(tmp_path / "b")) == [b"\xfftwo"]
    assert list((tmp_path / "a").iterdir()) == []
    assert next((tmp_path / "b").iterdir()).stat().st_ino == inode


@pytest.mark.parametrize("kind", ["file", "empty", "folder", "link", "dangling", "pipe"])
def test_what_is_there_stays(tmp_path: Path, folders: tuple[Folder, Folder], way: str, kind: str) -> None:
    (tmp_path / "a" / "one").write_bytes(b"1")
    there = tmp_path / "b" / "one"
    make: dict[str, Callable[[], object]] = {
        "file": lambda: there.write_bytes(b"2"), "empty": lambda: there.write_bytes(b""), "folder": there.mkdir,
        "link": lambda: there.symlink_to(tmp_path / "a" / "one"), "dangling": lambda: there.symlink_to("nowhere"),
        "pipe": lambda: os.mkfifo(there),
    }  # fmt: skip
    make[kind]()
    before = there.lstat()
    with pytest.raises(FileExistsError):
        rename_new(folders[0], b"one", folders[1], b"one")
    assert there.lstat().st_ino == before.st_ino
    assert (tmp_path / "a" / "one").read_bytes() == b"1"


def test_a_name_that_is_taken_between_placeholder_and_rename(
    tmp_path: Path, folders: tuple[Folder, Folder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rename, "_by_flag", refuse(errno.EINVAL))
    monkeypatch.setattr(rename, "_by_link", refuse(errno.EPERM))
    (tmp_path / "a" / "one").write_bytes(b"1")

    def swap() -> None:
        (tmp_path / "b" / "one").unlink()
        (tmp_path / "b" / "one").write_bytes(b"somebody's")

    with pytest.raises(FileExistsError):
        rename_new(folders[0], b"one", folders[1], b"one", between=swap)
    assert (tmp_path / "b" / "one").read_bytes() == b"somebody's"
    assert (tmp_path / "a" / "one").read_bytes() == b"1"


def test_a_name_that_is_taken_between_link_and_unlink(
    tmp_path: Path, folders: tuple[Folder, Folder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rename, "_by_flag", refuse(errno.EINVAL))
    (tmp_path / "a" / "one").write_bytes(b"1")

    def swap() -> None:
        (tmp_path / "a" / "one").unlink()
        (tmp_path / "a" / "one").write_bytes(b"somebody's")

    rename_new(folders[0], b"one", folders[1], b"one", between=swap)
    assert (tmp_path / "a" / "one").read_bytes() == b"somebody's"
    assert (tmp_path / "b" / "one").read_bytes() == b"1"


def test_two_hard_links_that_differ_in_case_are_two_names(tmp_path: Path, folders: tuple[Folder, Folder]) -> None:
    (tmp_path / "a" / "kick").write_bytes(b"1")
    os.link(tmp_path / "a" / "kick", tmp_path / "a" / "Kick")
    with pytest.raises(FileExistsError):
        rename_new(folders[0], b"kick", folders[0], b"Kick")
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["Kick", "kick"]


@pytest.mark.needs("/dev/shm")
def test_another_volume_is_told_as_that(tmp_path: Path, folders: tuple[Folder, Folder]) -> None:
    (tmp_path / "a" / "one").write_bytes(b"1")
    with open_root(b"/dev/shm") as other, pytest.raises(OSError, match="cross-device") as caught:
        rename_new(folders[0], b"one", other, b"ctk-test-one")
    assert caught.value.errno == errno.EXDEV


def test_a_folder_below_a_link_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "real" / "sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(NotARegularFile, match="a symbolic link stands on the way"):
        open_below(os.fsencode(tmp_path), b"link/sub")
    with open_below(os.fsencode(tmp_path / "link"), b"sub") as found:  # the root is the user's own word
        assert found.names() == []


def test_an_open_folder_is_the_one_that_was_opened(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.wav").write_bytes(b"1")
    with open_below(os.fsencode(tmp_path), b"a") as folder:
        (tmp_path / "a").rename(tmp_path / "moved")
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "one.wav").write_bytes(b"another")
        with folder.open(b"one.wav") as file:
            assert os.pread(file.fd, 10, 0) == b"1"


@pytest.mark.soak
@pytest.mark.needs("mkfs.vfat", "losetup", "/sys/module/vfat")
def test_on_a_real_fat_volume(tmp_path: Path) -> None:
    image, drive = tmp_path / "fat.img", tmp_path / "fat"
    image.touch()
    os.truncate(image, 4 << 20)
    subprocess.run(["mkfs.vfat", str(image)], check=True, capture_output=True)
    drive.mkdir()
    with ExitStack() as stack:
        subprocess.run(["mount", "-o", "loop", str(image), str(drive)], check=True)
        stack.callback(subprocess.run, ["umount", str(drive)], check=True)
        (drive / "kick.wav").write_bytes(b"1")
        (drive / "taken.wav").write_bytes(b"2")
        with open_root(os.fsencode(drive)) as folder:
            with pytest.raises(FileExistsError):
                rename_new(folder, b"kick.wav", folder, b"TAKEN.wav")
            rename_new(folder, b"kick.wav", folder, b"Kick.wav")
        assert sorted(path.name for path in drive.iterdir()) == ["Kick.wav", "taken.wav"]
