"""Where a source is now, when its volume is mounted at another place."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog.sources import SourceRow
from ctk_tui.disk.volume_kinds import make_volume
from ctk_tui.scan import roots

if TYPE_CHECKING:
    from pathlib import Path


def row(root: Path) -> SourceRow:
    values = {"root": os.fsencode(root), "volume": "uuid:drive", "volume_known": True}
    return SourceRow(**{field: values.get(field) for field in SourceRow.__dataclass_fields__})  # type: ignore[arg-type]


def mounted(monkeypatch: pytest.MonkeyPatch, *points: Path) -> None:
    volumes = [make_volume("uuid:drive", "ext4", point, known=True) for point in points]
    monkeypatch.setattr(roots, "mounted_volumes", lambda: volumes)


def test_a_drive_that_is_mounted_elsewhere_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new" / "Samples").mkdir(parents=True)
    mounted(monkeypatch, tmp_path / "new")
    assert roots.elsewhere(row(tmp_path / "old" / "Samples")) == tmp_path / "new" / "Samples"


def test_a_drive_whose_root_is_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new").mkdir()
    mounted(monkeypatch, tmp_path / "new")
    assert roots.elsewhere(row(tmp_path / "old")) == tmp_path / "new"


@pytest.mark.parametrize("bound", [False, True])
def test_a_folder_that_was_moved_on_its_volume_is_not_the_volumes_root(
    *, bound: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bound").mkdir()
    mounted(monkeypatch, *([tmp_path / "bound"] if bound else []), tmp_path)
    assert roots.elsewhere(row(tmp_path / "old" / "Samples")) is None
