"""What the app remembers: kept whole or not at all, and a damaged file is as on the first day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctk_tui.tui.memory import EARLIER, Memory

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    memory = Memory(query="kick", sort="size-", cursor=7, volume=0.5, audition=False)
    memory.used("vox")
    memory.save(tmp_path / "deep" / "app.json")
    assert Memory.load(tmp_path / "deep" / "app.json") == memory
    assert [one.name for one in (tmp_path / "deep").iterdir()] == ["app.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"query": 7, "earlier": "no", "cursor": null}', b"\xff\xfe"])
def test_a_damaged_file_is_as_on_the_first_day(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "app.json"
    file.write_bytes(content)
    assert Memory.load(file) == Memory()


def test_a_query_stands_once_and_the_oldest_go() -> None:
    memory = Memory()
    for number in range(EARLIER + 5):
        memory.used(f"q{number}")
    memory.used("q7")
    memory.used("  ")
    assert memory.earlier[-1] == "q7"
    assert memory.earlier.count("q7") == 1
    assert len(memory.earlier) == EARLIER


def test_a_folder_that_cannot_be_written_loses_only_the_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    Memory(query="kick").save(tmp_path / "file" / "app.json")
