"""A target volume that is full, before or in the middle: the exit code says so, and each file is named."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctk_tui.files import steps
from tests.support.changing import difference, tree
from tests.support.library import put, wav
from tests.support.mounts import fill, mounted
from tests.support.sampled import make_sampled

if TYPE_CHECKING:
    from pathlib import Path

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
