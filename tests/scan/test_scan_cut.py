"""A scan cut off at every one of its transactions: the next scan ends in the catalog of an undisturbed one."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.catalog import health
from ctk_tui.catalog.connection import Database
from tests.support.asking import dump
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Dump = list[tuple[Any, ...]]


class PowerCut(BaseException):
    """The process is gone: nothing that it would still do is done."""


class Wire:
    """Cuts the power at one transaction of a catalog, and at all that would come after it.

    Args:
        monkeypatch: by which the catalog is reached.
        after: how many transactions end well.
        committed: whether the one at which it is cut comes to its end.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: int, *, committed: bool) -> None:
        self.seen = 0
        write = Database.write

        @contextlib.contextmanager
        def cut(database: Database) -> Iterator[Any]:
            if threading.current_thread() is not threading.main_thread():  # a walker that meets a new volume
                with write(database) as connection:
                    yield connection
                return
            self.seen += 1
            if self.seen > after + 1 or (self.seen > after and not committed):
                raise PowerCut
            with write(database) as connection:
                yield connection
            if self.seen > after:
                raise PowerCut

        monkeypatch.setattr(Database, "write", cut)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a scan take many transactions for a few files, and no sampler of its job count among them."""
    monkeypatch.setattr("ctk_tui.scan.writer.BATCH", 4)
    monkeypatch.setattr("ctk_tui.scan.scanner.BATCH", 4)
    monkeypatch.setattr("ctk_tui.scan.feed.CHUNK_FILES", 4)
    monkeypatch.setattr("ctk_tui.scan.finish.SLICE", 2)
    monkeypatch.setattr("ctk_tui.jobs.runner.SAMPLE_SECONDS", 1000.0)


def first(root: Path) -> None:
    """Lay out a library: copies, stems, links, broken files, two folders."""
    for at in range(12):
        put(root / "one" / f"s{at % 3}" / f"{at}.wav", wav(at))
    for at in range(4):
        put(root / "two" / f"copy{at}.wav", wav(at))
    for at in range(4):
        put(root / "one" / "stems" / f"{at}.wav", wav(3, frames=70_000, middle=at // 2))
    put(root / "one" / "broken.wav", b"garbage " * 40)
    put(root / "two" / "broken.wav", b"garbage " * 40)
    put(root / "two" / "empty.wav", b"")
    os.link(root / "one" / "s0" / "0.wav", root / "one" / "link.wav")


def second(root: Path) -> None:
    """Change it in every way."""
    one, two = root / "one", root / "two"
    (one / "s1").rename(one / "renamed")  # a folder
    (one / "s2" / "2.wav").rename(two / "2.wav")  # into another source
    (one / "s0" / "3.wav").rename(root / "aside")  # two that change names
    (one / "s0" / "6.wav").rename(one / "s0" / "3.wav")
    (root / "aside").rename(one / "s0" / "6.wav")
    put(one / "s0" / "9.wav", wav(90))  # changed, alone
    put(two / "copy1.wav", wav(91))  # changed, one of two
    put(one / "stems" / "1.wav", wav(3, frames=70_000, middle=7))  # changed in the middle
    shutil.copy2(one / "stems" / "2.wav", two / "stem.wav")
    (two / "copy0.wav").unlink()
    (one / "s2" / "5.wav").unlink()
    put(one / "s2" / "8.wav", wav(11))  # into a copy of another
    put(one / "broken.wav", wav(92))  # mended
    put(two / "copy3.wav", b"rubbish " * 40)
    shutil.copy2(one / "s2" / "11.wav", two / "gone.wav")  # moved to another drive
    (one / "s2" / "11.wav").unlink()


def library_at(folder: Path, root: Path) -> Library:
    return Library(folder, {"one": root / "one", "two": root / "two"})


def cut_at_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Path | None, wanted: Dump, *, committed: bool
) -> int:
    """Cut a scan at each of its transactions in turn, from a fresh catalog or from a copy of one; return how many."""
    for after in range(1000):
        folder = tmp_path / f"cut-{committed}-{after}"
        if start is not None:
            shutil.copytree(start, folder)
        library = library_at(folder, tmp_path)
        ended = False
        with monkeypatch.context() as patch:
            wire = Wire(patch, after, committed=committed)
            try:
                library.scan()
                ended = True
            except PowerCut:
                pass
        library.close()
        library = library_at(folder, tmp_path)
        assert health.inconsistencies(library.toolkit.database) == [], after
        library.scan()
        assert dump(library.toolkit.database) == wanted, after
        assert health.faults(library.toolkit.database) == []
        library.close()
        shutil.rmtree(folder)
        if ended:
            return wire.seen
    raise AssertionError("it never ends")


def undisturbed(folder: Path, root: Path) -> Dump:
    library = library_at(folder, root)
    library.scan()
    told = dump(library.toolkit.database)
    library.close()
    return told


@pytest.mark.parametrize("committed", [False, True])
def test_a_first_scan_that_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, committed: bool) -> None:
    first(tmp_path)
    wanted = undisturbed(tmp_path / "undisturbed", tmp_path)
    assert cut_at_each(tmp_path, monkeypatch, None, wanted, committed=committed) >= 12


@pytest.mark.parametrize("committed", [False, True])
def test_a_scan_of_changes_that_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, committed: bool) -> None:
    first(tmp_path)
    undisturbed(tmp_path / "before", tmp_path)
    second(tmp_path)
    shutil.copytree(tmp_path / "before", tmp_path / "after")
    wanted = undisturbed(tmp_path / "after", tmp_path)
    assert cut_at_each(tmp_path, monkeypatch, tmp_path / "before", wanted, committed=committed) >= 12
