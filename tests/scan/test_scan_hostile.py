"""What is no file, or has no decent name: never opened, never mixed up, always told."""

from __future__ import annotations

import os
import socket
import unicodedata
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ctk_tui.model.text import safe
from ctk_tui.toolkit.scanning import ScanOptions
from tests.support.asking import ask, content_of, dump
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.model.report import ScanReport

NAMES = {
    "not UTF-8": b"caf\xe9 \xff\xfe.wav",
    "newline": b"one\ntwo.wav",
    "carriage return and tab": b"a\rb\tc.wav",
    "escapes": b"\x1b[31mred\x1b]0;title\x07\x9b2J.wav",
    "C1 in UTF-8": "\x9b31m\x85.wav".encode(),
    "bidi": "evil\u202egnp.wav".encode(),
    "markup": b"[bold]x[link=x:y]y[$q].wav",
    "250 bytes": b"n" * 246 + b".wav",
    "250 bytes of UTF-8": "ä".encode() * 123 + b".wav",
    "NFC": unicodedata.normalize("NFC", "é.wav").encode(),
    "NFD": unicodedata.normalize("NFD", "é.wav").encode(),
    "dash": b"--db.wav",
    "spaces": b"  .wav",
    "glob": b"*?[a-z]{x}.wav",
    "quotes": b"'\"`$(x)\\.wav",
    "backslash": b"a\\b.wav",
    "percent": b"100%s%20.wav",
    "DEL and NBSP": "\x7f\u00a0.wav".encode(),
    "only an extension": b".wav",
    "capitals": b"KICK.WAV",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "one"


@pytest.fixture
def library(tmp_path: Path, root: Path) -> Iterator[Library]:
    made = Library(tmp_path / "ctk", {"one": root})
    put(root / "good.wav", wav(1))
    yield made
    made.close()


@pytest.fixture
def following(tmp_path: Path, root: Path) -> Iterator[Library]:
    made = Library(tmp_path / "ctk", {"one": root}, "[scan]\nfollow_symlinks = true\n")
    put(root / "good.wav", wav(1))
    yield made
    made.close()


def told(report: ScanReport) -> dict[bytes, tuple[str, str]]:
    return {os.path.basename(error.path): (error.stage, error.reason) for error in report.errors}


def names_of(library: Library) -> set[bytes]:
    return {os.path.basename(path) for path in library.paths()}


# -------------------- what is no regular file


def test_pipes_and_sockets_are_told_and_never_opened(
    library: Library, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(root / "pipe.wav")
    monkeypatch.chdir(root)
    with closing(socket.socket(socket.AF_UNIX)) as bound:
        bound.bind("socket.wav")
        opened: list[bytes] = []
        real_open = os.open

        def noted(path: bytes, flags: int, *rest: int, dir_fd: int | None = None) -> int:
            opened.append(os.fsencode(path))
            return real_open(path, flags, *rest, dir_fd=dir_fd)

        monkeypatch.setattr(os, "open", noted)
        report = library.scan()
    assert told(report) == {
        b"pipe.wav": ("walk", "a named pipe, not a regular file"),
        b"socket.wav": ("walk", "a socket, not a regular file"),
    }
    assert {os.path.basename(path) for path in opened} & {b"good.wav", b"pipe.wav", b"socket.wav"} == {b"good.wav"}
    assert names_of(library) == {b"good.wav"}
    assert (report.new_errors(), library.scan().new_errors()) == (2, 0)


def test_a_pipe_that_went_is_an_error_no_more(library: Library, root: Path) -> None:
    os.mkfifo(root / "pipe.wav")
    library.scan()
    (root / "pipe.wav").unlink()
    assert library.scan().errors == []
    assert library.toolkit.catalog.broken() == 0


def test_devices_behind_links(following: Library, root: Path) -> None:
    (root / "null.wav").symlink_to("/dev/null")
    assert told(following.scan()) == {b"null.wav": ("walk", "a character device, not a regular file")}


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_a_known_file_whose_name_something_else_took_is_missing(library: Library, root: Path, kind: str) -> None:
    put(root / "a.wav", wav(2))
    library.scan()
    (root / "a.wav").unlink()
    if kind == "pipe":
        os.mkfifo(root / "a.wav")
    elif kind == "link":
        (root / "a.wav").symlink_to("good.wav")
    else:
        (root / "a.wav").mkdir()
    assert library.scan().counts["missing"] == 1
    assert {os.path.basename(path) for path in library.paths("missing")} == {b"a.wav"}


def test_a_folder_whose_name_a_file_took(library: Library, root: Path) -> None:
    put(root / "sub.wav" / "a.wav", wav(2))
    library.scan()
    (root / "sub.wav" / "a.wav").unlink()
    (root / "sub.wav").rmdir()
    put(root / "sub.wav", wav(3))
    report = library.scan()
    assert (report.counts["new"], report.counts["missing"], report.errors) == (1, 1, [])
    assert names_of(library) == {b"good.wav", b"sub.wav"}


# -------------------- links


def test_links_are_skipped_and_told_unless_followed(library: Library, root: Path, tmp_path: Path) -> None:
    put(tmp_path / "outside" / "b.wav", wav(2))
    (root / "link.wav").symlink_to(tmp_path / "outside" / "b.wav")
    (root / "dangling.wav").symlink_to("nowhere.wav")
    (root / "folder").symlink_to(tmp_path / "outside")
    report = library.scan()
    assert report.errors == []
    assert {os.path.basename(one.path) for one in report.skipped} == {b"link.wav", b"dangling.wav"}
    assert names_of(library) == {b"good.wav"}


def test_a_followed_link_that_leads_nowhere_is_an_error(following: Library, root: Path) -> None:
    (root / "dangling.wav").symlink_to("nowhere.wav")
    (root / "itself.wav").symlink_to("itself.wav")
    (root / "elsewhere").symlink_to("nowhere")
    assert set(told(following.scan())) == {b"dangling.wav", b"itself.wav"}


def test_followed_links_that_go_round_come_to_an_end(following: Library, root: Path) -> None:
    put(root / "sub" / "deep" / "a.wav", wav(2))
    (root / "sub" / "deep" / "up").symlink_to(root)
    (root / "sub" / "again").symlink_to(root / "sub" / "deep")
    (root / "self").symlink_to(root / "self")
    report = following.scan()
    assert (report.counts["found"], report.counts["new"], report.errors) == (2, 2, [])
    before = dump(following.toolkit.database)
    assert following.scan().counts["unchanged"] == 2
    assert dump(following.toolkit.database) == before


def test_a_file_and_a_followed_link_to_it_are_one_copy(following: Library, root: Path) -> None:
    (root / "a-link.wav").symlink_to("good.wav")
    (root / "z-link.wav").symlink_to("good.wav")
    report = following.scan()
    assert (report.counts["new"], report.counts["duplicates"]) == (1, 2)
    assert len(set(following.paths().values())) == 1
    assert following.toolkit.duplicates.exact() == []
    assert following.toolkit.catalog.stats().wasted_bytes == 0
    report = following.toolkit.sources.scan((), ScanOptions(executor=lambda: pytest.fail("a file is read")))
    assert report.counts["unchanged"] == 3


def test_a_followed_link_into_another_folder(following: Library, root: Path, tmp_path: Path) -> None:
    put(tmp_path / "outside" / "b.wav", wav(2))
    (root / "folder").symlink_to(tmp_path / "outside")
    following.scan()
    assert os.fsencode(root / "folder" / "b.wav") in following.paths()
    (root / "folder").unlink()
    assert following.scan().counts["missing"] == 1


def test_a_renamed_file_that_left_a_link_behind_moved(library: Library, root: Path) -> None:
    library.scan()
    audio_id = content_of(library, root / "good.wav")
    (root / "good.wav").rename(root / "kick.wav")
    (root / "good.wav").symlink_to("kick.wav")
    report = library.scan()
    assert report.counts["moved"] == 1
    assert library.paths() == {os.fsencode(root / "kick.wav"): audio_id}


def test_a_followed_link_takes_the_place_of_its_file(following: Library, root: Path) -> None:
    following.scan()
    audio_id = content_of(following, root / "good.wav")
    (root / "good.wav").rename(root / "kick.wav")
    (root / "good.wav").symlink_to("kick.wav")
    report = following.scan()
    assert report.counts["missing"] == 0
    assert set(following.paths().values()) == {audio_id}
    assert names_of(following) == {b"good.wav", b"kick.wav"}


# -------------------- names


def test_names_are_kept_apart_and_exact(library: Library, root: Path) -> None:
    for at, name in enumerate(NAMES.values()):
        put(os.path.join(os.fsencode(root), b"f" + name[:-4], name), wav(10 + at))
    report = library.scan()
    assert report.errors == []
    assert report.counts["new"] == len(NAMES) + 1
    assert set(library.paths()) == {
        os.fsencode(root / "good.wav"),
        *(os.path.join(os.fsencode(root), b"f" + name[:-4], name) for name in NAMES.values()),
    }
    assert library.scan().counts["unchanged"] == len(NAMES) + 1


def test_names_survive_a_move_and_a_look_by_path(library: Library, root: Path) -> None:
    for at, name in enumerate(NAMES.values()):
        put(os.path.join(os.fsencode(root), name), wav(10 + at))
    library.scan()
    before = {os.path.basename(path): audio_id for path, audio_id in library.paths().items()}
    os.mkdir(root / "sub")
    for name in NAMES.values():
        os.rename(os.path.join(os.fsencode(root), name), os.path.join(os.fsencode(root), b"sub", name))
    assert library.scan().counts["moved"] == len(NAMES)
    assert {os.path.basename(path): audio_id for path, audio_id in library.paths().items()} == before
    for name in NAMES.values():
        found = library.toolkit.catalog.id_of(os.path.join(os.fsencode(root), b"sub", name))
        [entry] = library.toolkit.catalog.entries([found])
        assert os.path.basename(entry.path) == name


def test_every_name_has_a_text_of_its_own_that_is_safe_to_show(library: Library, root: Path) -> None:
    for at, name in enumerate(NAMES.values()):
        put(os.path.join(os.fsencode(root), name), wav(10 + at))
    os.mkfifo(os.path.join(os.fsencode(root), b"p\x1b[2J\xff.wav"))
    library.scan()
    shown = ask(library.toolkit.database, "SELECT display FROM paths UNION ALL SELECT display FROM errors")
    texts = {safe(text) for (text,) in shown}
    assert len(texts) == len(NAMES) + 2
    bad = {"Cc", "Cs", "Zl", "Zp"}
    assert not [text for text in texts if any(unicodedata.category(letter) in bad for letter in text)]


def test_a_path_too_long_for_the_system_costs_one_error(library: Library, root: Path) -> None:
    here = os.open(root, os.O_RDONLY)
    for _ in range(20):  # 20 names of 250 bytes: beyond 4,096
        os.mkdir(b"d" * 250, dir_fd=here)
        deeper = os.open(b"d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    put(root / "z" / "a.wav", wav(2))
    report = library.scan()
    assert [error.reason for error in report.errors] == ["file name too long"]
    assert names_of(library) == {b"good.wav", b"a.wav"}
    assert library.scan().new_errors() == 0
