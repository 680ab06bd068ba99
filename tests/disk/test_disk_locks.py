"""The lock that says who works: one at a time, free when its holder is gone, asked about without harm."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctk_tui.disk import locks
from ctk_tui.disk.locks import Lock, holder, is_held
from ctk_tui.model.errors import Busy, CatalogError, CatalogReadOnly

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
ME = {"kind": "scan", "pid": 4711, "started": 1_800_000_000.0}
HOLD = """
import sys
from pathlib import Path
from ctk_tui.disk.locks import Lock
held = Lock(Path(sys.argv[1])).acquire({"kind": "scan", "pid": 4711, "started": 1.0})
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.db.files.lock"


@pytest.fixture
def other(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start another process that holds the lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_one_holds_it_and_others_are_told_who(path: Path) -> None:
    assert holder(path) is None
    with Lock(path).acquire(ME):
        assert holder(path) == ME
        with pytest.raises(Busy, match=r"another ctk is at work on this catalog: scan, process 4711 since \d\d:"):
            Lock(path).acquire({"kind": "apply"})
        assert holder(path) == ME, "who was refused left no trace"
    assert holder(path) is None
    Lock(path).acquire(ME).release()


def test_releasing_twice_frees_nobody_elses(path: Path) -> None:
    first = Lock(path).acquire(ME)
    first.release()
    with Lock(path).acquire(ME):
        first.release()
        assert is_held(path)


def test_it_can_be_released_by_another_thread(path: Path) -> None:
    held = Lock(path).acquire(ME)
    thread = threading.Thread(target=held.release)
    thread.start()
    thread.join()
    assert not is_held(path)


def test_another_process_holds_it_until_kill_9(path: Path, other: subprocess.Popen[bytes]) -> None:
    assert holder(path) == {"kind": "scan", "pid": 4711, "started": 1.0}
    with pytest.raises(Busy, match="process 4711"):
        Lock(path).acquire(ME)
    other.kill()
    other.wait()
    assert holder(path) is None
    with Lock(path).acquire(ME):
        assert is_held(path)


def test_asking_keeps_nobody_from_taking_it(path: Path) -> None:
    """Also not somebody who asks all the time, and askers do not take each other for the holder."""
    Lock(path).acquire(ME).release()
    over = threading.Event()
    seen: list[bool] = []

    def ask() -> None:
        while not over.is_set():
            seen.append(is_held(path))

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    while len(seen) < 300:
        assert over.wait(0.001) is False
    assert not any(seen)
    for _ in range(20):
        Lock(path).acquire(ME).release()
    over.set()
    for asker in askers:
        asker.join()


def test_a_note_that_says_nothing(path: Path, other: subprocess.Popen[bytes]) -> None:
    note = path.with_name(path.name + ".json")
    for text in ("", "[]", "{", '{"started": "x"}'):
        note.write_text(text)
        with pytest.raises(Busy, match=r"a job, process \?$"):
            Lock(path).acquire(ME)
    note.unlink()
    assert holder(path) == {}


def test_files_are_their_owners_alone(path: Path) -> None:
    with Lock(path).acquire(ME):
        modes = {entry.name: entry.stat().st_mode & 0o777 for entry in path.parent.iterdir()}
    assert modes == {path.name: 0o600, f"{path.name}.json": 0o600}
    assert json.loads(path.with_name(path.name + ".json").read_text()) == ME


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.EACCES, CatalogReadOnly), (errno.EROFS, CatalogReadOnly), (errno.ENOSPC, CatalogError)]
)
def test_a_note_that_cannot_be_written_frees_the_lock(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[CatalogError]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(locks.json, "dump", refuse)  # type: ignore[attr-defined]
    with pytest.raises(CatalogError) as caught:
        Lock(path).acquire(ME)
    assert type(caught.value) is kind
    assert not is_held(path)


@pytest.mark.parametrize("what", ["folder", "link"])
def test_what_lies_in_its_place_is_left_alone(path: Path, what: str) -> None:
    if what == "folder":
        path.mkdir()
    else:
        path.symlink_to(path.parent / "victim")
    with pytest.raises(CatalogError, match="cannot be locked"):
        Lock(path).acquire(ME)
    assert holder(path) is None
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.needs("mount")
def test_a_folder_that_can_only_be_read(path: Path) -> None:
    Lock(path).acquire(ME).release()
    folder = str(path.parent)
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        with pytest.raises(CatalogReadOnly, match="cannot be written"):
            Lock(path).acquire(ME)
        assert holder(path) is None
    finally:
        subprocess.run(["umount", folder], check=True)
