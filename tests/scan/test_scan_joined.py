"""A content that joins another while one of its paths waits for its digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from pathlib import Path


def test_a_path_whose_content_joined_another_keeps_its_row(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    library = Library(tmp_path / "ctk", {"one": one, "two": two})
    put(two / "c.wav", wav(1))
    library.scan()
    two.rename(tmp_path / "away")
    put(one / "a.wav", wav(1))  # its twin cannot be read, so it gets a row of its own
    library.scan()
    assert len(set(library.paths().values())) == 2
    (tmp_path / "away").rename(two)
    report = library.scan(full=True)
    assert report.counts["unchanged"] == 2
    assert len(set(library.paths().values())) == 1
    library.close()
