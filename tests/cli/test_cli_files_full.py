"""A target volume that is full, before or in the middle: the exit code says so, and each file is named."""

from __future__ import annotations

import errno
import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

from ctk_tui.files import steps
from ctk_tui.files.journal import Journal
from tests.support.changing import difference, tree
from tests.support.library import put, wav
from tests.support.mounts import fill, mounted
from tests.support.sampled import make_sampled

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.files.record import Line
    from tests.support.commands import Ctk


@pytest.mark.needs("mount")
def test_a_full_target_names_each_file(tmp_path: Path, ctk: Ctk, monkeypatch: pytest.MonkeyPatch) -> None:
    lib = make_sampled(tmp_path, ctk)
    for at in range(8):
        put(lib.root / "long" / f"{at}.wav", wav(40 + at, frames=40_000))
    assert ctk("scan", "-q").code == 0
    before = tree(lib.root)
    with mounted("none", tmp_path / "drive", "-t", "tmpfs", "-o", "size=512k") as drive:
        assert ctk("move", "dir:long", "--to", drive, "-o", tmp_path / "plan").code == 0
        with monkeypatch.context() as patched:
            patched.setattr(steps, "on_step", lambda moment: moment == "placed" and fill(drive))
            said = ctk("apply", tmp_path / "plan", "--to", drive, "-y")
        stayed = sorted(os.listdir(lib.root / "long"))
        assert said.code == 3
        assert 0 < len(stayed) < 8
        assert [line.split(":")[0].rpartition("/")[2] for line in said.err.splitlines()[-len(stayed) :]] == stayed
        assert said.err.count(f"no space left on {drive}") >= len(stayed)
        again = ctk("apply", tmp_path / "plan", "--to", drive, "-y", "--json")
        kinds = [one["kind"] for one in again.json["failed"]]
        assert (again.code, kinds.count("space"), len(kinds)) == (4, len(stayed), 8)
        (drive / "filler").unlink()
        assert ctk("doctor", "--repair").code == 0
        assert ctk("undo", "-y").code == 0
        assert difference(before, tree(lib.root)) == []


def test_a_drive_that_has_to_wait_holds_up_no_other_repair(
    tmp_path: Path, ctk: Ctk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at, name in enumerate(("one", "near", "far")):
        for number in (1, 2):
            put(tmp_path / name / f"{number}{' copy' * at}.wav", wav(number))
        assert ctk("sources", "add", name, tmp_path / name).code == 0
    assert ctk("scan", "-q").code == 0
    locked, write = {"near", "far"}, Journal.write

    def refuse(journal: Journal, *lines: Line) -> None:
        ends = any("end" in line or line.get("state") == "done" for line in lines)
        if ends and os.path.basename(os.fsdecode(journal.shelf.parent)) in locked:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        write(journal, *lines)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "write", refuse)
        assert ctk("dupes", "plan", "-o", tmp_path / "plan").code == 0
        assert ctk("apply", tmp_path / "plan", "-y").text.count("doctor --repair") == 2
        locked.remove("near")
        database = ctk("doctor", "--json").json["checks"][0]["detail"].partition(", schema")[0]
        with sqlite3.connect(database) as connection:
            connection.execute("UPDATE audio SET copies = 7")
        connection.close()
        said = ctk("doctor", "--repair")
    assert said.code == 1
    assert "was interrupted: 2 in flight completed, 0 rolled back" in said.err
    assert f"was interrupted at {tmp_path / 'far'} and cannot be brought to its end" in said.err
    assert "mount it so that it can be written again, then `ctk doctor --repair`" in said.err
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM audio WHERE copies = 7").fetchone() == (0,)
    connection.close()
    assert ctk("doctor", "--repair").err.count("2 in flight completed") == 1
    assert ctk("undo", "-y").code == 0
