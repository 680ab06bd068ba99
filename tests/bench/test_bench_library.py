"""The bench library is what its truth file says, and the sides of a bench do what they are said to do."""

from __future__ import annotations

import hashlib
import random
import subprocess
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from bench import library, naive
from bench.common import take_turns
from bench.floor import fingerprint_all

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.needs("ffmpeg", "ffprobe", *library.SOUNDS)]
FILES = 80


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str | None]]:
    folder = tmp_path_factory.mktemp("bench") / "library"
    return folder, library.make(folder, FILES, seconds=0.2)


def test_equal_bytes_are_where_the_truth_says(made: tuple[Path, dict[str, str | None]]) -> None:
    folder, truth = made
    contents = defaultdict(set)
    for path, of in truth.items():
        contents[of or path].add(hashlib.sha256((folder / path).read_bytes()).hexdigest())
    assert {len(hashes) for hashes in contents.values()} == {1}
    assert len(set.union(*contents.values())) == len(contents) < FILES == len(truth)
    assert {path.rpartition(".")[2] for path in truth} >= {"wav", "mp3", "flac"}


def test_made_again_it_is_not_touched(made: tuple[Path, dict[str, str | None]]) -> None:
    folder, truth = made
    times = {path: (folder / path).stat().st_mtime_ns for path in truth}
    assert library.make(folder, FILES, seconds=0.2) == truth
    assert {path: (folder / path).stat().st_mtime_ns for path in truth} == times


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="not made by this bench"):
        library.make(tmp_path, 10)


@pytest.mark.parametrize("extension", list(library.FORMATS))
def test_another_title_is_another_file_that_plays(extension: str, tmp_path: Path) -> None:
    sound = library.pick_sounds(1, random.Random(1))[0]
    content = library.encoded(sound, extension, 0.2)
    path = tmp_path / f"x.{extension}"
    path.write_bytes(library.numbered(content, 42))
    assert path.read_bytes() != content
    run = subprocess.run(
        ["ffmpeg", "-v", "error", "-xerror", "-i", str(path), "-f", "null", "-"], capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (0, "")
    told = naive.probe(path)
    tags = {**told["format"].get("tags", {}), **told["streams"][0].get("tags", {})}
    assert "0000000042" in tags.values()


def test_naive_and_floor_see_every_file(made: tuple[Path, dict[str, str | None]], tmp_path: Path) -> None:
    folder, _ = made
    assert naive.scan(folder, tmp_path / "naive.db", 10) == 10
    assert fingerprint_all(folder) == FILES


def test_sides_take_turns() -> None:
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return 1.0

    assert take_turns(2, {"a": lambda: side("a"), "b": lambda: side("b")}) == {"a": [1.0, 1.0], "b": [1.0, 1.0]}
    assert order == ["a", "b", "b", "a"]
