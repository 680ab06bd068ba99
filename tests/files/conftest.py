"""What tests of changing files share: a library with copies, and a small volume of its own."""

from __future__ import annotations

import errno
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import health
from ctk_tui.files import steps
from ctk_tui.files.journal import Journal
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ctk_tui.files.record import Line


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Return three sounds with a copy each in another source, and one alone; in the end the catalog must be sound."""
    made = Library(tmp_path / "config", {"one": tmp_path / "one", "two": tmp_path / "two"})
    for at in range(3):
        put(tmp_path / "one" / f"{at}.wav", wav(at))
        put(tmp_path / "two" / "sub" / f"{at} copy.wav", wav(at))
    put(tmp_path / "one" / "alone.wav", wav(9))
    made.scan()
    yield made
    assert health.inconsistencies(made.toolkit.database) == []
    made.close()


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Path]:
    """Return a volume of its own, half a megabyte in memory."""
    place = tmp_path / "drive"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(place)], check=True)
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def at_step(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], object]], None]:
    """Do something once, at a moment of an apply."""

    def install(name: str, work: Callable[[], object]) -> None:
        def passed(moment: str) -> None:
            if moment == name:
                monkeypatch.setattr(steps, "on_step", lambda _: None)
                work()

        monkeypatch.setattr(steps, "on_step", passed)

    return install


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """Return the volumes on which no journal can take a single byte more: a page that is half full always can."""
    volumes: set[Path] = set()
    write = Journal.write

    def refuse(journal: Journal, *lines: Line) -> None:
        if any(journal.shelf.parent.startswith(os.fsencode(volume)) for volume in volumes):
            raise OSError(errno.ENOSPC, "No space left on device")
        write(journal, *lines)

    monkeypatch.setattr(Journal, "write", refuse)
    return volumes
