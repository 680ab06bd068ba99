"""The fingerprint equals its definition at every size around the block."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from ctk_tui.disk import reading
from ctk_tui.disk.fingerprint import BLOCK, fingerprint
from ctk_tui.disk.safe_open import open_regular
from ctk_tui.model.errors import FileUnreadable

if TYPE_CHECKING:
    from pathlib import Path

EDGES = [0, 1, 127, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK - 1, 2 * BLOCK, 2 * BLOCK + 1, 5 * BLOCK + 17]


def recipe(path: Path) -> str:
    """The recipe as the first tool with this fingerprint wrote it down: catalogs made by it can be compared."""
    size = path.stat().st_size
    state = xxhash.xxh64()
    with path.open("rb") as file:
        state.update(file.read(65536))
        if size > 65536:
            file.seek(max(size - 65536, 0))
            state.update(file.read(65536))
    state.update(str(size).encode())
    return state.hexdigest()


@pytest.fixture(scope="module")
def blob() -> bytes:
    return xxhash.xxh3_128(b"seed").digest() * (6 * BLOCK // 16)


@pytest.mark.parametrize("size", EDGES)
def test_equals_the_recipe(tmp_path: Path, blob: bytes, size: int) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(blob[:size])
    with open_regular(str(path)) as file:
        found = fingerprint(file.fd, file.size, path=b"a")
    assert found.value == recipe(path)
    assert found.head == blob[: min(size, BLOCK)]
    assert found.tail == (blob[size - BLOCK : size] if size > BLOCK else b"")


def test_known_values(tmp_path: Path) -> None:
    """Golden: the fingerprint is in people's catalogs and scripts, it never changes."""
    path = tmp_path / "a.wav"
    for data, value in [(b"", "633457081244afec"), (b"abc", "62c05eda27212f7d")]:
        path.write_bytes(data)
        with open_regular(str(path)) as file:
            assert fingerprint(file.fd, file.size, path=b"a").value == value


def test_stems_with_silent_ends_share_one(tmp_path: Path) -> None:
    """Why it proves nothing: same ends, same size, other music."""
    values = set()
    for name, middle in [("a", b"\x01"), ("b", b"\x02")]:
        path = tmp_path / name
        path.write_bytes(bytes(BLOCK) + middle * BLOCK + bytes(BLOCK))
        with open_regular(str(path)) as file:
            values.add(fingerprint(file.fd, file.size, path=b"a").value)
    assert len(values) == 1


@settings(max_examples=30, deadline=None)
@given(size=st.integers(0, 3 * BLOCK), step=st.integers(1, 70000), byte=st.binary(min_size=1, max_size=3))
def test_short_reads_make_no_difference(
    tmp_path_factory: pytest.TempPathFactory, size: int, step: int, byte: bytes
) -> None:
    step = max(step, size // 50)
    path = tmp_path_factory.mktemp("short") / "a"
    path.write_bytes((byte * size)[:size])
    with pytest.MonkeyPatch.context() as patch, open_regular(str(path)) as file:
        patch.setattr(reading, "pread", lambda fd, length, offset: os.pread(fd, min(length, step), offset))
        assert fingerprint(file.fd, file.size, path=b"a").value == recipe(path)


@pytest.mark.parametrize("left", [0, 10, BLOCK, 3 * BLOCK - 1])
def test_a_file_that_shrinks_is_told(tmp_path: Path, left: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(3 * BLOCK))
    with open_regular(str(path)) as file:
        os.truncate(path, left)
        with pytest.raises(FileUnreadable, match=r"a: changed while it was read"):
            fingerprint(file.fd, file.size, path=b"a")


def test_a_read_error_carries_the_path(tmp_path: Path) -> None:
    fd = os.open(tmp_path, os.O_RDONLY)
    try:
        with pytest.raises(FileUnreadable, match=r"/x\.wav: it is a folder"):
            fingerprint(fd, 10, path="/x.wav")
    finally:
        os.close(fd)
