"""Calling commands in this process, and a library of bad names that the tests of a run share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctk_tui.cli.main import run
from tests.support.commands import BROKEN, NAMES, Hostile, Said, write
from tests.support.library import Library, wav

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.commands import Ctk


@pytest.fixture
def ctk(capsysbinary: pytest.CaptureFixture[bytes]) -> Ctk:
    """Call `ctk ARGUMENTS` in this process, where nothing is a terminal."""

    def call(*arguments: str | os.PathLike[str]) -> Said:
        capsysbinary.readouterr()
        code = run([os.fspath(argument) for argument in arguments])
        out, err = capsysbinary.readouterr()
        return Said(int(code), out, err.decode())

    return call


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    """Return a scanned library: bad names, a copy, a broken file, one that went missing, a source that is unplugged.

    It is shared by the tests of a run, which only read it.
    """
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
    yield Hostile(root, library)
    library.close()
