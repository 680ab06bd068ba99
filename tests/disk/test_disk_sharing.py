"""The lock that every open catalog shares, and that a migration has alone."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctk_tui.disk import sharing
from ctk_tui.disk.sharing import exclusive, shared
from ctk_tui.model.errors import Busy, CatalogError, CatalogReadOnly

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
HOLD = """
import sys
from pathlib import Path
from ctk_tui.disk.sharing import exclusive, shared
path = Path(sys.argv[1])
if sys.argv[2] == "alone":
    with exclusive(path, timeout=5):
        print("held", flush=True)
        sys.stdin.read()
else:
    held = shared(path)
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.db.open.lock"


@pytest.fixture(params=["alone", "shared"])
def other(path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start another process that holds it."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), request.param], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield request.param, process
        process.kill()


def test_many_share_it_and_one_has_it_alone(path: Path) -> None:
    readers = [shared(path) for _ in range(50)]
    for reader in readers:
        with pytest.raises(Busy, match="another ctk has it open"), exclusive(path, timeout=0):
            pytest.fail("a reader was still there")
        reader.release()
        reader.release()
    with exclusive(path, timeout=0):
        with pytest.raises(Busy, match="is changing the catalog's schema"):
            shared(path, timeout=0)
        with pytest.raises(Busy), exclusive(path, timeout=0):
            pytest.fail("two alone")
    with shared(path, timeout=0), shared(path, timeout=0):
        pass


def test_other_processes_are_seen_until_kill_9(path: Path, other: tuple[str, subprocess.Popen[bytes]]) -> None:
    how, process = other
    with pytest.raises(Busy), exclusive(path, timeout=0.05):
        pytest.fail("the other one was still there")
    if how == "alone":
        with pytest.raises(Busy):
            shared(path, timeout=0.05)
    else:
        shared(path, timeout=0).release()
    process.kill()
    process.wait()
    with exclusive(path, timeout=0):
        pass


def test_it_is_free_after_an_error(path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(path, timeout=0):
        raise ZeroDivisionError
    with exclusive(path, timeout=0):
        pass


def test_who_waits_gets_it_when_the_last_one_leaves(path: Path) -> None:
    reader = shared(path)
    waiting = threading.Event()
    got: list[str] = []

    def migrate() -> None:
        waiting.set()
        with exclusive(path, timeout=20):
            got.append("alone")

    thread = threading.Thread(target=migrate)
    thread.start()
    assert waiting.wait(10)
    # From the moment the gate is closed nobody new gets in, and who is in stays in.
    while True:
        try:
            shared(path, timeout=0).release()
        except Busy:
            break
    assert got == []
    reader.release()
    thread.join(20)
    assert got == ["alone"]
    shared(path, timeout=0).release()


def test_readers_that_come_and_go_keep_nobody_out(path: Path) -> None:
    """At any moment some of them have it, so without the gate it would never be free."""
    over = threading.Event()
    counts = [0] * 8

    def read(which: int) -> None:
        while not over.is_set():
            with shared(path, timeout=20):
                counts[which] += 1
                over.wait(0.02)

    readers = [threading.Thread(target=read, args=(which,)) for which in range(len(counts))]
    for reader in readers:
        reader.start()
    try:
        while min(counts) < 2:
            assert not over.wait(0.001)
        for _ in range(3):
            with exclusive(path, timeout=10):
                before = list(counts)
                assert not over.wait(0.03)
                assert counts == before, "a reader got in"
    finally:
        over.set()
        for reader in readers:
            reader.join()


def test_several_that_want_it_alone_have_it_one_after_the_other(path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def migrate(which: int) -> None:
        for _ in range(5):
            with exclusive(path, timeout=60):
                inside.append(which)
                most.append(len(inside))
                inside.remove(which)

    threads = [threading.Thread(target=migrate, args=(which,)) for which in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 20


def test_only_the_lock_stays(path: Path) -> None:
    with exclusive(path, timeout=0):
        pass
    shared(path).release()
    assert os.listdir(path.parent) == [path.name]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.needs("mount")
def test_a_folder_that_can_only_be_read(path: Path) -> None:
    folder = str(path.parent)
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        with shared(path, timeout=0):
            pass
        with pytest.raises(CatalogReadOnly), exclusive(path, timeout=0):
            pytest.fail("nothing was held")
        assert os.listdir(folder) == []
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.needs("mount")
def test_a_lock_that_can_only_be_read_is_shared_all_the_same(path: Path) -> None:
    """Another ctk, to whom the folder is writable, must not migrate what is being read."""
    shared(path).release()
    view = path.parent.parent / "view"
    view.mkdir()
    subprocess.run(["mount", "--bind", str(path.parent), str(view)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(view)], check=True)
        with shared(view / path.name), pytest.raises(Busy), exclusive(path, timeout=0):
            pytest.fail("a reader was there")
        with exclusive(path, timeout=0), pytest.raises(Busy):
            shared(view / path.name, timeout=0)
    finally:
        subprocess.run(["umount", str(view)], check=True)


@pytest.mark.parametrize(
    ("number", "guarded"),
    [(errno.ENOLCK, False), (errno.EOPNOTSUPP, False), (errno.ENOSPC, False), (errno.EIO, True), (errno.EMFILE, True)],
)
def test_what_the_system_refuses(path: Path, monkeypatch: pytest.MonkeyPatch, number: int, guarded: bool) -> None:
    """Reading goes on where nobody can migrate; a migration without a lock never."""

    def refuse(fd: int, *, alone: bool) -> bool:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(sharing, "try_lock", refuse)
    if guarded:
        with pytest.raises(CatalogError, match="cannot be locked"):
            shared(path)
    else:
        with shared(path):
            pass
    with pytest.raises(CatalogError), exclusive(path, timeout=0):
        pytest.fail("nothing was held")


def test_a_link_in_its_place_is_refused(path: Path, tmp_path: Path) -> None:
    path.symlink_to(tmp_path / "victim")
    with pytest.raises(CatalogError), exclusive(path, timeout=0):
        pytest.fail("it was followed")
    assert not (tmp_path / "victim").exists()
