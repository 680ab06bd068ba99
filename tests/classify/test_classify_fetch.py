"""Downloading goes on where the line was cut, and what is not the model never lies where the model should."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import pytest

from ctk_tui.classify import fetch as fetching
from ctk_tui.classify.fetch import TRIES, fetch
from ctk_tui.classify.models import CNN14, Model
from ctk_tui.classify.sums import Sums
from ctk_tui.disk.locks import Lock
from ctk_tui.model.errors import Busy, Cancelled, CtkError
from ctk_tui.model.job import Job
from tests.support.downloads import Server

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = bytes(range(251)) * 8000


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAUSE", 0.0)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "models" / "m.pth"


@pytest.fixture
def sums(tmp_path: Path) -> Sums:
    return Sums(tmp_path / "sums.json")


def served(server: Server) -> Model:
    return replace(CNN14, url=server.url, size=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())


def test_the_published_address_and_sum_are_these() -> None:
    assert CNN14.url.startswith("https://zenodo.org/records/3987831/files/")
    assert CNN14.size == 327_428_481
    assert len(CNN14.sha256) == 64


def test_a_line_that_is_cut_again_and_again(target: Path, sums: Sums) -> None:
    job = Job()
    with Server(CONTENT, cuts=[700_000, 300_000, 1, 0, 900_000]) as server:
        fetch(served(server), target, sums, job)
        assert server.asked[:3] == ["", "bytes=700000-", "bytes=1000000-"]
    assert target.read_bytes() == CONTENT
    assert [path.name for path in target.parent.iterdir() if "lock" not in path.name] == ["m.pth"]
    assert sums.known(target) == hashlib.sha256(CONTENT).hexdigest()
    assert (job.done, job.total) == (len(CONTENT), len(CONTENT))


def test_a_server_that_cannot_begin_in_the_middle(target: Path, sums: Sums) -> None:
    with Server(CONTENT, cuts=[700_000], ranges=False) as server:
        fetch(served(server), target, sums, Job())
    assert target.read_bytes() == CONTENT


def test_given_up_where_nothing_comes_and_gone_on_the_next_time(target: Path, sums: Sums) -> None:
    with Server(CONTENT, cuts=[400_000, *[0] * TRIES]) as server:
        with pytest.raises(CtkError, match=r"at 400 KB of 2\.0 MB") as told:
            fetch(served(server), target, sums, Job())
        assert "goes on where it was" in told.value.hint
        assert not target.exists()
        fetch(served(server), target, sums, Job())
        assert server.asked[-1] == "bytes=400000-"
    assert target.read_bytes() == CONTENT


def test_another_file_is_thrown_away(target: Path, sums: Sums) -> None:
    with (
        Server(CONTENT[:-1] + b"!") as server,
        pytest.raises(CtkError, match="what came is not the model"),
    ):
        fetch(served(server), target, sums, Job())
    assert not target.exists()
    assert not target.with_name("m.pth.part").exists()


def test_a_server_that_gives_more_than_it_should_fills_no_disk(target: Path, sums: Sums) -> None:
    with Server(CONTENT * 3) as server:
        fetch(served(server), target, sums, Job())
    assert target.read_bytes() == CONTENT


def test_a_part_that_is_too_long_or_whole_already(target: Path, sums: Sums) -> None:
    target.parent.mkdir()
    part = target.with_name("m.pth.part")
    with Server(CONTENT) as server:
        part.write_bytes(CONTENT + b"x")
        fetch(served(server), target, sums, Job())
        target.rename(part)
        fetch(served(server), target, sums, Job())
        assert len(server.asked) == 1
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize(("code", "asked"), [(404, 1), (403, 1), (503, TRIES)])
def test_what_the_server_says_is_told(target: Path, sums: Sums, code: int, asked: int) -> None:
    with Server(CONTENT, codes=[code] * TRIES) as server:
        with pytest.raises(CtkError, match=f"the server says {code}"):
            fetch(served(server), target, sums, Job())
        assert len(server.asked) == asked


def test_a_busy_server_is_asked_again(target: Path, sums: Sums) -> None:
    with Server(CONTENT, codes=[503, 429]) as server:
        fetch(served(server), target, sums, Job())
    assert target.read_bytes() == CONTENT


def test_no_server_at_all(target: Path, sums: Sums) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(CtkError, match="refused"):
        fetch(replace(CNN14, url=f"http://127.0.0.1:{port}/x"), target, sums, Job())


def test_cancelled_in_the_middle_keeps_what_came(target: Path, sums: Sums, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job()
    with Server(CONTENT) as server:
        monkeypatch.setattr(fetching, "_BLOCK", 100_000)
        write = fetching._write

        def twice(*arguments: object) -> None:
            write(*arguments)  # type: ignore[arg-type]
            if job.done >= 100_000:
                job.cancel()

        monkeypatch.setattr(fetching, "_write", twice)
        with pytest.raises(Cancelled):
            fetch(served(server), target, sums, job)
        assert target.with_name("m.pth.part").stat().st_size == 200_000
        monkeypatch.setattr(fetching, "_write", write)
        fetch(served(server), target, sums, Job())
        assert server.asked[-1] == "bytes=200000-"
    assert target.read_bytes() == CONTENT


def test_a_full_disk_is_told_as_that(target: Path, sums: Sums, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CtkError, match="are needed"):
        fetch(replace(CNN14, size=1 << 60), target, sums, Job())

    class Full:
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            return

    monkeypatch.setattr(fetching, "_open", lambda part, goes_on: Full())
    with Server(CONTENT) as server, pytest.raises(CtkError, match="No space left"):
        fetch(served(server), target, sums, Job())


def test_two_do_not_download_into_one_file(target: Path, sums: Sums) -> None:
    target.parent.mkdir()
    held = Lock(target.with_name("m.pth.lock")).acquire({"kind": "fetch", "pid": os.getpid(), "started": 0.0})
    with pytest.raises(Busy, match="another ctk downloads"):
        fetch(CNN14, target, sums, Job())
    held.release()
