"""Calling commands in this process, and a library of bad names that the tests of a run share."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from ctk_tui.cli.main import run
from ctk_tui.model.doctor import Check
from tests.support.commands import BROKEN, NAMES, Hostile, Said, write
from tests.support.library import Library, wav

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Ctk


@pytest.fixture
def ctk(capsysbinary: pytest.CaptureFixture[bytes]) -> Ctk:
    """Call `ctk ARGUMENTS` in this process, where nothing is a terminal."""

    def call(*arguments: str | os.PathLike[str]) -> Said:
        capsysbinary.readouterr()
        code = run([os.fspath(argument) for argument in arguments])
        out, err = capsysbinary.readouterr()
        assert isinstance(code, int)  # the wish for the app comes on terminals only
        return Said(int(code), out, err.decode())

    return call


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """See to it that the terminal in which the tests are started decides nothing."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture(autouse=True)
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the doctor find sound, whatever this machine has; what it looks at is tested in tests/toolkit."""
    found = [Check("decoders", "ok", "all"), Check("sound", "ok", "PulseAudio")]
    for module in ("doctor", "surroundings"):
        monkeypatch.setattr(f"ctk_tui.toolkit.{module}.hearing", lambda settings: found)


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let stdout pass for a terminal of 80 columns, without styles."""
    monkeypatch.setattr("ctk_tui.cli.output.is_terminal", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(scope="session")
def hostile_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a scanned library: bad names, a copy, a broken file, one that went missing, a source that is unplugged."""
    root = tmp_path_factory.mktemp("hostile")
    library = Library(root / "own", {"lib": root / "lib", "usb": root / "usb"})
    for number, name in enumerate(NAMES):  # scanned one by one: ids follow the order of NAMES
        write(root / "lib", name, wav(number), number)
        library.scan("lib")
    write(root / "lib", b"again/copy\nof plain.wav", wav(0), 50)
    write(root / "lib", BROKEN, b"garbage" * 100, 51)
    write(root / "lib", b"gone.wav", wav(52), 52)
    library.scan("lib")
    write(root / "usb", b"away.wav", wav(53, frames=4410), 53)
    library.scan("usb")
    (root / "lib" / "gone.wav").unlink()
    library.scan("lib")
    (root / "usb").rename(root / "unplugged")
    library.close()  # nothing stays in a -wal file: the catalog can be copied
    return root


@pytest.fixture
def hostile(hostile_library: Path, tmp_path: Path) -> Hostile:
    """Return the library of bad names, which is shared and only read, with a catalog of this test's own."""
    shutil.copy(hostile_library / "own" / "catalog.db", tmp_path / "catalog.db")
    return Hostile(hostile_library, hostile_library / "own" / "config.toml", tmp_path / "catalog.db")
