"""Two files are the same when every byte of both is; the answer is one digest, or none."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

import pytest

from ctk_tui.disk import compare
from ctk_tui.disk.compare import STRETCH, equal_digest
from ctk_tui.disk.digest import BLOCK, CHECK_EVERY, digest
from ctk_tui.disk.reading import read_into
from ctk_tui.disk.safe_open import open_regular
from ctk_tui.model.errors import Cancelled, FileUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIZES = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, STRETCH - 1, STRETCH, STRETCH + 1, 2 * STRETCH + BLOCK + 7]


def compared(one: Path, other: Path, check: Callable[[], None] | None = None) -> str | None:
    with open_regular(str(one)) as first, open_regular(str(other)) as second:
        return equal_digest(first, second, check, path=bytes(one), other_path=bytes(other))


def twins(folder: Path, size: int) -> tuple[Path, Path, bytes]:
    data = (bytes(range(251)) * (size // 251 + 1))[:size]
    (folder / "one").write_bytes(data)
    (folder / "other").write_bytes(data)
    return folder / "one", folder / "other", data


@pytest.mark.parametrize("size", SIZES)
def test_equal_files_have_the_digest_of_each(tmp_path: Path, size: int) -> None:
    one, other, _ = twins(tmp_path, size)
    with open_regular(str(one)) as file:
        assert compared(one, other) == digest(file.fd, file.size, path=b"one")


@pytest.mark.parametrize("size", SIZES[1:])
def test_one_other_byte_tells(tmp_path: Path, size: int) -> None:
    one, other, data = twins(tmp_path, size)
    for place in {0, size // 2, size - 1, BLOCK - 1, BLOCK, STRETCH - 1, STRETCH, 2 * STRETCH}:
        if place < size:
            with open(other, "r+b") as file:
                file.seek(place)
                file.write(bytes((data[place] ^ 1,)))
            assert compared(one, other) is None, place
            assert compared(other, one) is None, place
            other.write_bytes(data)
    assert compared(one, other) is not None


def test_another_length_tells(tmp_path: Path) -> None:
    one, other, data = twins(tmp_path, BLOCK)
    other.write_bytes(data + b"\0")
    assert compared(one, other) is None


@pytest.mark.parametrize("name", ["one", "other"])
@pytest.mark.parametrize("what", ["shorter", "longer", "time"])
def test_a_file_that_changes_is_told_by_its_name(tmp_path: Path, name: str, what: str) -> None:
    one, other, _ = twins(tmp_path, STRETCH + 5)
    work: dict[str, Callable[[], None]] = {
        "shorter": lambda: os.truncate(tmp_path / name, STRETCH),
        "longer": lambda: os.truncate(tmp_path / name, STRETCH + 9),
        "time": lambda: os.utime(tmp_path / name, ns=(1, 1)),
    }
    with pytest.raises(FileUnreadable) as told:
        compared(one, other, work[what])
    assert told.value.path == bytes(tmp_path / name)


def test_it_can_be_stopped(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).touch()
        os.truncate(tmp_path / name, CHECK_EVERY + 1)
    calls = []

    def stop() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        compared(tmp_path / "one", tmp_path / "other", stop)


def test_a_few_megabytes_are_held_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the files are: they lie on two disks, or on one whose head should not go to and fro all the time."""
    one, other, _ = twins(tmp_path, 3 * STRETCH)
    order: list[tuple[bytes | str, int]] = []

    def noted(fd: int, buffer: memoryview, offset: int, path: bytes | str) -> None:
        order.append((path, offset))
        read_into(fd, buffer, offset, path)

    monkeypatch.setattr(compare, "read_into", noted)
    assert compared(one, other) is not None
    turns = sum(before[0] != after[0] for before, after in itertools.pairwise(order))
    assert turns == 5
