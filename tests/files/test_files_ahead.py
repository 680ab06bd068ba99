"""What is asked for ahead is a hint: nothing is left out, nothing is opened that no plan of ours would name."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ctk_tui.disk.safe_open import open_regular
from ctk_tui.files import ahead
from ctk_tui.toolkit.grounds import look_at_places
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.disk.safe_open import OpenFile
    from ctk_tui.model.plan import Operation


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "config", {"one": tmp_path / "one"})
    for at in range(3 * ahead.FILES):
        put(tmp_path / "one" / f"{at}.wav", wav(at))
        put(tmp_path / "one" / "sub" / f"{at} copy.wav", wav(at))
    made.scan()
    yield made
    made.close()


def test_all_come_in_their_order_a_few_ahead(library: Library) -> None:
    operations = list(library.toolkit.files.plan_duplicates().operations)
    taken = 0

    def told() -> Iterator[Operation]:
        nonlocal taken
        for operation in operations:
            taken += 1
            yield operation

    found = []
    for operation in ahead.read_ahead(look_at_places(library.toolkit), told()):
        found.append(operation)
        assert taken <= len(found) + ahead.FILES
    assert found == operations


def test_what_lies_in_no_source_or_is_no_file_is_not_opened(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[bytes | str] = []

    def noted(path: bytes | str) -> OpenFile:
        file = open_regular(path)
        opened.append(path)
        return file

    monkeypatch.setattr(ahead, "open_regular", noted)
    first = library.toolkit.files.plan_duplicates().operations[0]
    put(tmp_path / "outside.wav", wav(0))
    os.mkfifo(tmp_path / "one" / "pipe.wav")
    (tmp_path / "one" / "link.wav").symlink_to(tmp_path / "outside.wav")
    names = ("outside.wav", "one/pipe.wav", "one/link.wav", "one/none.wav", "one/sub", "one/../outside.wav")
    hostile = [replace(first, keeper=os.fsencode(tmp_path / name)) for name in names]
    places = look_at_places(library.toolkit)
    assert list(ahead.read_ahead(places, hostile)) == hostile
    assert opened == [first.path] * len(names)
