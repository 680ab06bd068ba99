"""The digest reads every byte, may be stopped, and notices a change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import xxhash

from ctk_tui.disk.digest import BLOCK, CHECK_EVERY, digest
from ctk_tui.disk.safe_open import open_regular
from ctk_tui.model.errors import Cancelled, FileUnreadable

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5])
def test_is_the_hash_of_all_bytes(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a"
    data = (bytes(range(251)) * (size // 251 + 1))[:size]
    path.write_bytes(data)
    with open_regular(str(path)) as file:
        assert digest(file.fd, file.size, path=b"a") == xxhash.xxh3_128_hexdigest(data)


def test_known_value(tmp_path: Path) -> None:
    """Golden: digests stand in people's plans and journals, they never change."""
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    with open_regular(str(path)) as file:
        assert digest(file.fd, file.size, path=b"a") == "06b05ab6733a618578af5f94892f3950"


def test_one_byte_in_the_middle_tells(tmp_path: Path) -> None:
    found = set()
    for place in (0, BLOCK, 2 * BLOCK + 7):
        path = tmp_path / "a"
        data = bytearray(3 * BLOCK)
        data[place] = 1
        path.write_bytes(data)
        with open_regular(str(path)) as file:
            found.add(digest(file.fd, file.size, path=b"a"))
    assert len(found) == 3


def test_check_is_called_every_8_mib_and_ends_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()
    os.truncate(path, 2 * CHECK_EVERY + 1)
    calls = []
    with open_regular(str(path)) as file:
        digest(file.fd, file.size, lambda: calls.append(1), path=b"a")
        assert len(calls) == 3

        def stop() -> None:
            raise Cancelled

        with pytest.raises(Cancelled):
            digest(file.fd, file.size, stop, path=b"a")


@pytest.mark.parametrize("size", [0, CHECK_EVERY, 2 * CHECK_EVERY + 9])
def test_a_file_that_changes_is_told(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a"
    path.touch()
    os.truncate(path, 2 * CHECK_EVERY)
    with open_regular(str(path)) as file, pytest.raises(FileUnreadable, match="changed while it was read"):
        digest(file.fd, file.size, lambda: os.truncate(path, size), path=b"a")


def test_same_size_and_other_time_is_a_change(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    with open_regular(str(path)) as file, pytest.raises(FileUnreadable, match="changed"):
        digest(file.fd, file.size, lambda: os.utime(path, ns=(1, 1)), path=b"a")
