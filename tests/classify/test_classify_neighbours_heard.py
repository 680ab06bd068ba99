"""Sounds alike, from the file to the neighbours: with a real engine, random weights, and sounds that differ."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import embeddings
from ctk_tui.model.errors import CtkError, FileUnreadable
from tests.support.library import Library, put
from tests.support.make_audio import sound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMS = ("wav", "flac", "mp3", "wav")


@pytest.fixture
def library(tmp_path: Path, checkpoint: Path) -> Iterator[Library]:
    """Return a scanned library of sounds of 1 to 4 seconds, in as many formats."""
    extra = f"[classify]\ncheckpoint = {json.dumps(str(checkpoint))}\ndevice = 'cpu'\n"
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one"}, extra)
    for at, form in enumerate(FORMS, 1):
        put(tmp_path / "one" / f"{at}.{form}", sound(form, float(at)))
        made.scan()
    yield made
    made.close()


def test_any_file_finds_what_sounds_like_it(library: Library, tmp_path: Path) -> None:
    similar = library.toolkit.similar
    with pytest.raises(CtkError, match="no sound is classified yet"):
        similar.to(1)
    library.toolkit.classifier.classify([1, 2, 3])
    assert similar.catch_up() == 3
    assert {number for number, _ in similar.to(1)} == {2, 3}
    outside = tmp_path / "outside.flac"
    put(outside, sound("flac", 2.0))
    found = similar.to(outside)
    assert found[0][0] == 2
    assert found[0][1] == pytest.approx(1, abs=1e-4)
    assert {number for number, _ in found} == {1, 2, 3}
    assert [number for number, _ in similar.to(1, among=[1, 3, 4])] == [3]
    assert {number for number, _ in similar.to(4)} == {1, 2, 3}  # in the catalog, and heard now
    assert len(embeddings.stamps(library.toolkit.database)) == 3  # what is asked for is not kept
    with pytest.raises(FileUnreadable, match="no such file"):
        similar.to(tmp_path / "nowhere.wav")
