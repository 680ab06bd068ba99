"""Drives that come and go, are exchanged, emptied, and mounted elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import health
from ctk_tui.toolkit.scanning import ScanOptions
from tests.support.asking import ask, content_of, dump
from tests.support.library import Library, put, wav
from tests.support.volumes import Volumes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.model.report import ScanReport, SourceOutcome


@pytest.fixture
def volumes(monkeypatch: pytest.MonkeyPatch) -> Volumes:
    return Volumes(monkeypatch)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def library(tmp_path: Path, stick: Path, volumes: Volumes) -> Iterator[Library]:
    """A stick with two files, one of them also on the disk, where one more lies."""
    volumes.mount(stick, "uuid:stick")
    made = Library(tmp_path / "ctk", {"stick": stick, "disk": tmp_path / "disk"})
    put(stick / "kick.wav", wav(1))
    put(stick / "sub" / "snare.wav", wav(2))
    put(tmp_path / "disk" / "snare.wav", wav(2))
    put(tmp_path / "disk" / "hat.wav", wav(3))
    made.scan()
    yield made
    assert health.inconsistencies(made.toolkit.database) == []
    assert health.faults(made.toolkit.database) == []
    made.close()


def outcome(report: ScanReport, name: str) -> SourceOutcome:
    return next(one for one in report.sources if one.name == name)


def no_read() -> ScanOptions:
    return ScanOptions(executor=lambda: pytest.fail("a file is read"))


# -------------------- gone and back


def test_unplugged_is_not_deleted(library: Library, stick: Path) -> None:
    kick, before = content_of(library, stick / "kick.wav"), library.paths()
    stick.rename(stick.with_name("pocket"))
    report = library.scan()
    assert (outcome(report, "stick").status, outcome(report, "disk").status) == ("offline", "ok")
    assert "does not exist" in outcome(report, "stick").reason
    assert (report.counts["missing"], report.errors) == (0, [])
    assert library.paths() == before
    [entry] = library.toolkit.catalog.entries([kick])
    assert (entry.offline, entry.missing) == (True, False)
    assert library.toolkit.catalog.search("kick") == [kick]
    assert library.toolkit.catalog.stats().offline == 1


def test_the_copy_that_is_online_is_the_primary_one(library: Library, tmp_path: Path, stick: Path) -> None:
    snare = content_of(library, stick / "sub" / "snare.wav")
    [before] = library.toolkit.catalog.entries([snare])
    stick.rename(stick.with_name("pocket"))
    library.toolkit.sources.look_around()
    [away] = library.toolkit.catalog.entries([snare])
    assert before.path == os.fsencode(stick / "sub" / "snare.wav")
    assert (away.path, away.offline) == (os.fsencode(tmp_path / "disk" / "snare.wav"), False)


def test_replugged_is_as_before_and_nothing_is_read(library: Library, stick: Path) -> None:
    before = dump(library.toolkit.database)
    stick.rename(stick.with_name("pocket"))
    library.scan()
    stick.with_name("pocket").rename(stick)
    report = library.toolkit.sources.scan((), no_read())
    assert report.counts["unchanged"] == 4
    assert dump(library.toolkit.database) == before


def test_a_disabled_source_is_left_out_and_its_files_stay(library: Library, stick: Path) -> None:
    library.toolkit.sources.enable("stick", enabled=False)
    (stick / "kick.wav").unlink()
    report = library.scan()
    assert outcome(report, "stick").status == "disabled"
    assert os.fsencode(stick / "kick.wav") in library.paths()
    assert library.scan("stick").counts["missing"] == 1  # named, it is scanned


# -------------------- another volume


def test_another_volume_in_its_place_is_offline(library: Library, stick: Path, volumes: Volumes) -> None:
    before = library.paths()
    for file in (stick / "kick.wav", stick / "sub" / "snare.wav"):
        file.unlink()
    put(stick / "strange.wav", wav(7))
    volumes.mount(stick, "uuid:strange")
    report = library.scan()
    assert outcome(report, "stick").status == "offline"
    assert "another volume" in outcome(report, "stick").reason
    assert "--accept-volume" in outcome(report, "stick").reason
    assert library.paths() == before


def test_an_accepted_volume_is_the_source_from_now_on(library: Library, stick: Path, volumes: Volumes) -> None:
    """The old disk was copied onto a larger one, but for a file."""
    kick = content_of(library, stick / "kick.wav")
    (stick / "sub" / "snare.wav").unlink()
    volumes.mount(stick, "uuid:larger")
    report = library.scan("stick", accept_volume=True)
    assert outcome(report, "stick").status == "ok"
    assert content_of(library, stick / "kick.wav") == kick
    assert list(library.paths("missing")) == [os.fsencode(stick / "sub" / "snare.wav")]
    assert outcome(library.scan(), "stick").status == "ok"  # known from now on
    volumes.mount(stick, "uuid:stick")
    assert outcome(library.scan(), "stick").status == "offline"


def test_an_empty_strange_volume_takes_both_words(library: Library, stick: Path, volumes: Volumes) -> None:
    before = library.paths()
    for file in (stick / "kick.wav", stick / "sub" / "snare.wav"):
        file.unlink()
    (stick / "sub").rmdir()
    volumes.mount(stick, "uuid:strange")
    for right, emptied in ((False, False), (True, False), (False, True)):
        found = outcome(library.scan("stick", accept_volume=right, accept_empty=emptied), "stick")
        assert found.status == "offline"
        assert "ctk scan stick --accept-volume --accept-empty" in found.reason
        assert library.paths() == before
    report = library.scan("stick", accept_volume=True, accept_empty=True)
    assert (outcome(report, "stick").status, report.counts["missing"]) == ("ok", 2)


# -------------------- emptied


def empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


@pytest.mark.parametrize("hidden", [False, True])
def test_emptied_on_a_volume_that_is_surely_the_same(library: Library, stick: Path, hidden: bool) -> None:
    empty(stick)
    if hidden:
        (stick / ".Trash-1000").mkdir()
    report = library.scan()
    assert (outcome(report, "stick").status, report.counts["missing"]) == ("ok", 2)
    assert len(library.paths("missing")) == 2


def test_emptied_on_a_volume_of_unknown_identity_is_offline(library: Library, stick: Path, volumes: Volumes) -> None:
    """An unmounted drive leaves an empty folder."""
    volumes.mount(stick, "unknown:fuse:/stick", known=False)
    library.scan()
    before = library.paths()
    empty(stick)
    (stick / ".directory").mkdir()
    report = library.scan()
    assert outcome(report, "stick").status == "offline"
    assert "--accept-empty" in outcome(report, "stick").reason
    assert library.paths() == before
    report = library.scan("stick", accept_empty=True)
    assert (outcome(report, "stick").status, report.counts["missing"]) == ("ok", 2)
    assert outcome(library.scan(), "stick").status == "ok"  # the user's word is remembered


def test_always_empty_is_no_reason_to_ask(tmp_path: Path, volumes: Volumes) -> None:
    volumes.mount(tmp_path / "new", "unknown:fuse:/new", known=False)
    library = Library(tmp_path / "ctk", {"new": tmp_path / "new"})
    assert outcome(library.scan(), "new").status == "ok"
    assert outcome(library.scan(), "new").status == "ok"
    library.close()


# -------------------- elsewhere


def test_mounted_elsewhere_is_said_and_relocate_keeps_all(library: Library, stick: Path, volumes: Volumes) -> None:
    ids = {os.path.basename(path): audio_id for path, audio_id in library.paths().items()}
    port = stick.with_name("other-port")
    stick.rename(port)
    volumes.places[os.fsencode(port)] = volumes.places.pop(os.fsencode(stick))
    volumes.mount(port, "uuid:stick")
    reason = outcome(library.scan(), "stick").reason
    assert f"ctk sources relocate stick {port}" in reason
    [state, _] = library.toolkit.sources.states()
    assert (state.status, state.found_at) == ("offline", port)
    library.toolkit.sources.relocate("stick", port)
    assert {os.path.basename(path): audio_id for path, audio_id in library.paths().items()} == ids
    assert all(path.startswith(os.fsencode(port)) for path in library.paths() if b"disk" not in path)
    report = library.toolkit.sources.scan((), no_read())
    assert report.counts["unchanged"] == 4


def test_relocated_to_a_copy_on_another_volume(library: Library, stick: Path, volumes: Volumes) -> None:
    """What was not copied is missing after the next scan."""
    copy = stick.with_name("copy")
    put(copy / "kick.wav", wav(1))
    os.utime(copy / "kick.wav", ns=((stick / "kick.wav").stat().st_mtime_ns,) * 2)
    volumes.mount(copy, "uuid:copy")
    kick = content_of(library, stick / "kick.wav")
    library.toolkit.sources.relocate("stick", copy)
    assert library.scan().counts["missing"] == 1
    assert content_of(library, copy / "kick.wav") == kick
    assert list(library.paths("missing")) == [os.fsencode(copy / "sub" / "snare.wav")]


# -------------------- much gone at once


@pytest.mark.parametrize(("all_", "gone", "noted"), [(200, 150, True), (200, 90, False), (400, 150, False)])
def test_more_than_half_gone_is_told(tmp_path: Path, volumes: Volumes, all_: int, gone: int, noted: bool) -> None:
    library = Library(tmp_path / "ctk", {"one": tmp_path / "one"})
    for at in range(all_):
        put(tmp_path / "one" / f"{at}.wav", wav(at))
    library.scan()
    for at in range(gone):
        (tmp_path / "one" / f"{at}.wav").unlink()
    report = library.scan()
    assert report.counts["missing"] == gone
    assert bool(report.notes) == noted
    if noted:
        assert report.notes[0].startswith(f"one: {gone} of {all_} files are gone at once")
    library.close()


def test_a_folder_that_cannot_be_listed_keeps_all_below_it(
    library: Library, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(stick / "sub" / "deep" / "bell.wav", wav(8))
    library.scan()
    before = library.paths()
    scandir = os.scandir
    blocked = os.fsencode(stick / "sub")

    def refuse(path: bytes) -> object:
        if path == blocked:
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    with monkeypatch.context() as patch:
        patch.setattr("os.scandir", refuse)
        report = library.scan()
        again = library.scan()
    assert [(error.path, error.stage, error.reason) for error in report.errors] == [
        (blocked, "walk", "permission denied")
    ]
    assert (report.new_errors(), again.new_errors()) == (1, 0)
    assert (report.counts["missing"], library.paths()) == (0, before)
    library.scan()
    assert ask(library.toolkit.database, "SELECT count(*) FROM errors") == [(0,)]
