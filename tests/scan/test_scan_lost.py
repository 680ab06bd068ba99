"""A drive that goes away while it is scanned: nothing of it is missing, nothing is an error, the others go on."""

from __future__ import annotations

import os
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.catalog import health
from ctk_tui.scan.read import digest_files
from ctk_tui.toolkit.scanning import ScanOptions
from tests.support.asking import ask, dump
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ctk_tui.model.report import ScanReport

LONG = wav(3, frames=90_000)


class Unplugging(Executor):
    """Reads here and now; before the first chunk that fits it pulls the plug.

    Args:
        pull: pulls it.
        digests: whether it waits for a chunk of digests.
    """

    def __init__(self, pull: Callable[[], None], *, digests: bool) -> None:
        self.pull: Callable[[], None] | None = pull
        self.digests = digests

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.pull is not None and (fn is digest_files) == self.digests:
            self.pull()
            self.pull = None
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, Path]:
    stick, disk = tmp_path / "stick", tmp_path / "disk"
    for at in range(20):
        put(stick / f"sub{at % 3}" / f"{at}.wav", wav(at))
        put(disk / f"{at}.wav", wav(100 + at))
    put(stick / "a.wav", LONG)
    put(disk / "b.wav", LONG)
    return stick, disk


@pytest.fixture
def undisturbed(tmp_path: Path, roots: tuple[Path, Path]) -> list[tuple[Any, ...]]:
    """What a catalog says after a scan that nothing disturbed."""
    library = Library(tmp_path / "undisturbed", {"stick": roots[0], "disk": roots[1]})
    library.scan()
    told = dump(library.toolkit.database)
    library.close()
    return told


def statuses(report: ScanReport) -> dict[str, str]:
    return {one.name: one.status for one in report.sources}


def check_lost(library: Library, report: ScanReport) -> None:
    """The stick is lost, without a word against its files, and the disk is whole."""
    assert statuses(report) == {"stick": "lost", "disk": "ok"}
    [reason] = [one.reason for one in report.sources if one.name == "stick"]
    assert reason.startswith("went away during the scan")
    assert (report.errors, report.counts["missing"], library.paths("missing")) == ([], 0, {})
    assert ask(library.toolkit.database, "SELECT count(*) FROM errors") == [(0,)]
    disk = os.fsencode(library.toolkit.settings.sources[1].path)
    assert sum(path.startswith(disk + b"/") for path in library.paths()) == 21
    [state, _] = library.toolkit.sources.states()
    assert (state.status, state.reason) == ("lost", reason)
    assert health.inconsistencies(library.toolkit.database) == []


@pytest.mark.parametrize("digests", [False, True])
@pytest.mark.parametrize("again", [False, True])
def test_lost_while_files_are_read(
    tmp_path: Path, roots: tuple[Path, Path], undisturbed: list[tuple[Any, ...]], digests: bool, again: bool
) -> None:
    """With `again`, everything was known before and is read once more."""
    stick, disk = roots
    library = Library(tmp_path / "ctk", {"stick": stick, "disk": disk})
    if again:
        library.scan()
    before = library.paths()

    def pull() -> None:
        stick.rename(tmp_path / "pocket")

    report = library.toolkit.sources.scan(
        (), ScanOptions(full=True, executor=lambda: Unplugging(pull, digests=digests))
    )
    check_lost(library, report)
    assert before.items() <= library.paths().items()
    (tmp_path / "pocket").rename(stick)
    assert statuses(library.scan()) == {"stick": "ok", "disk": "ok"}
    assert dump(library.toolkit.database) == undisturbed
    library.close()


def test_lost_while_it_is_walked(
    tmp_path: Path,
    roots: tuple[Path, Path],
    undisturbed: list[tuple[Any, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stick, disk = roots
    library = Library(tmp_path / "ctk", {"stick": stick, "disk": disk})
    library.scan()
    scandir = os.scandir

    def unplugged(path: bytes | str) -> object:
        if os.fsencode(path) == os.fsencode(stick / "sub1"):
            stick.rename(tmp_path / "pocket")
        return scandir(path)

    with monkeypatch.context() as patch:
        patch.setattr("os.scandir", unplugged)
        report = library.scan()
    check_lost(library, report)
    (tmp_path / "pocket").rename(stick)
    library.scan()
    assert dump(library.toolkit.database) == undisturbed
    library.close()


def test_lost_with_read_errors(
    tmp_path: Path, roots: tuple[Path, Path], undisturbed: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system may tell a dying drive as input/output errors first."""
    stick, disk = roots
    library = Library(tmp_path / "ctk", {"stick": stick, "disk": disk})
    real_open = os.open
    pulled: list[bool] = []

    def dying(path: bytes | str, flags: int, *rest: int, dir_fd: int | None = None) -> int:
        if os.fsencode(path).startswith(os.fsencode(stick) + b"/"):
            if not pulled:
                pulled.append(True)
                stick.rename(tmp_path / "pocket")
            raise OSError(5, "Input/output error")
        return real_open(path, flags, *rest, dir_fd=dir_fd)

    with monkeypatch.context() as patch:
        patch.setattr("os.open", dying)
        report = library.scan()
    check_lost(library, report)
    (tmp_path / "pocket").rename(stick)
    library.scan()
    assert dump(library.toolkit.database) == undisturbed
    library.close()


def test_read_errors_of_a_drive_that_stays_are_told(
    tmp_path: Path, roots: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    stick, disk = roots
    library = Library(tmp_path / "ctk", {"stick": stick, "disk": disk})
    real_open = os.open

    def bad_sector(path: bytes | str, flags: int, *rest: int, dir_fd: int | None = None) -> int:
        if os.path.basename(os.fsencode(path)) in {b"3.wav", b"a.wav"}:
            raise OSError(5, "Input/output error")
        return real_open(path, flags, *rest, dir_fd=dir_fd)

    with monkeypatch.context() as patch:
        patch.setattr("os.open", bad_sector)
        report = library.scan()
    assert statuses(report) == {"stick": "ok", "disk": "ok"}
    assert {(os.path.basename(e.path), e.stage, e.reason) for e in report.errors} == {
        (b"3.wav", "read", "input/output error"),
        (b"a.wav", "read", "input/output error"),
    }
    assert len(library.paths()) == 42 - 3  # 3.wav lies on both
    assert library.scan().errors == []
    assert len(library.paths()) == 42
    library.close()
