"""Keys that change files: shown first, confirmed, done, and taken back; categories by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ctk_tui.files import steps
from ctk_tui.model.journal import FilesReport
from ctk_tui.tui.present.history import afterwards
from tests.support.library import Library, put, wav
from tests.support.screen import Seat, run, seated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.model.journal import EntryKind


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    for number in range(4):
        put(tmp_path / "one" / f"kick {number}.wav", wav(number))
        put(tmp_path / "two" / f"kick {number} copy.wav", wav(number))
    put(tmp_path / "one" / "only.wav", wav(9))
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one", "two": tmp_path / "two"})
    made.scan()
    yield made
    made.close()


async def ready(seat: Seat) -> None:
    await seat.until(lambda: seat.app.view.table.row() is not None, "rows")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_removed_with_a_yes_and_brought_back(library: Library, tmp_path: Path) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("g", "g", "d")
            await seat.sees("Quarantine 1 file")
            await seat.press("enter", "d")  # neither confirms
            await seat.sees("Quarantine 1 file")
            await seat.press("n")
            await seat.sees_not("Quarantine 1 file")
            assert len(names(tmp_path / "one")) == 5
            await seat.press("d")
            await seat.sees("Quarantine 1 file")
            await seat.press("y")
            await seat.sees("takes it back")
            assert names(tmp_path / "one") == ["kick 1.wav", "kick 2.wav", "kick 3.wav", "only.wav"]
            await seat.press("z")
            await seat.sees("Take back: 1 file")
            await seat.press("y")
            await seat.until(lambda: len(names(tmp_path / "one")) == 5, "it is back")

    run(work())


def test_a_file_that_could_not_be_put_back(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not where it was, so the key that brings it back is told, and not that it stayed."""
    moved = tmp_path / "one" / "kick 0.wav"

    def disturb(moment: str) -> None:
        if moment == "renamed":
            [there] = (tmp_path / "one" / ".ctk-quarantine").glob("*/kick 0.wav")
            there.write_bytes(b"saved meanwhile")
            moved.write_bytes(b"saved anew")

    monkeypatch.setattr(steps, "on_step", disturb)

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("g", "g", "d")
            await seat.sees("Quarantine 1 file")
            await seat.press("y")
            await seat.sees("it lies at")
            assert "left as" not in seat.text()
            await seat.press("escape")
            await seat.sees("0 files, 0 B; 1 not done")
            await seat.sees("z takes it back")

    run(work())


@pytest.mark.parametrize(
    ("entry", "kind", "hint"),
    [("", "delete", "1 file did not fit"), ("01", "delete", "1 file did not fit; z takes it back"),
     ("01", "empty", "1 file did not fit")],
)  # fmt: skip
def test_what_is_told_beside_the_end(entry: str, kind: EntryKind, hint: str) -> None:
    assert afterwards(FilesReport(entry, kind, 0, 0, (), (), ("1 file did not fit",)), "z") == hint


def test_the_end_of_a_change_is_told_once(library: Library) -> None:
    """By itself, with the key that takes it back; the jobs of other programs are told when they end."""

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("g", "g", "d")
            await seat.sees("Quarantine 1 file")
            await seat.press("y")
            await seat.sees("takes it back")
            [job, *_] = library.toolkit.jobs.list()
            assert (job.kind, job.state) == ("apply", "done")
            seat.app.jobs_sampled([job], changed=False)
            await seat.pilot.pause()
            assert "takes it back" in seat.text()
            seat.app.jobs_sampled([replace(job, pid=1)], changed=False)
            await seat.sees("apply is done")

    run(work())


def test_an_only_copy_asks_for_its_number(library: Library, tmp_path: Path) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("G", "d")
            await seat.sees("the only copy")
            await seat.press("y", "enter")
            await seat.sees("type 1, or esc")
            assert "only.wav" in names(tmp_path / "one")
            await seat.press("backspace", "1", "enter")
            await seat.until(lambda: "only.wav" not in names(tmp_path / "one"), "it is gone")

    run(work())


def test_marked_files_are_copied_to_a_folder_that_is_made(library: Library, tmp_path: Path) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("g", "g", "m", "m", "c")
            await seat.sees("to which folder?")
            await seat.type(str(tmp_path / "project" / "samples"))
            await seat.press("enter")
            await seat.sees("symbolic links")
            await seat.press("y")
            await seat.until((tmp_path / "project" / "samples").exists, "the folder")
            await seat.sees("copy: 2 files")
            assert names(tmp_path / "project" / "samples") == ["kick 0.wav", "kick 1.wav"]
            assert seat.app.memory.folders == [str(tmp_path / "project" / "samples")]

    run(work())


def test_renamed_by_a_template(library: Library, tmp_path: Path) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("g", "g", "r")
            await seat.sees("Rename 1 file")
            await seat.press("ctrl+u")
            await seat.type("boom {n:03}")
            await seat.press("enter")
            await seat.sees("Rename 1 file, ")
            await seat.press("y")
            await seat.until(lambda: "boom 001.wav" in names(tmp_path / "one"), "the new name")

    run(work())


def test_cleaned_up_by_rules_and_all_of_it_taken_back(library: Library, tmp_path: Path) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("3")
            await seat.sees("can be won")
            await seat.press("X")
            await seat.sees("Which?")
            await seat.press("enter")
            await seat.sees("4 files to quarantine")
            await seat.press("j", "m")
            await seat.sees("1 taken out")
            await seat.press("y")
            await seat.sees("Quarantine 3 files")
            await seat.press("y")
            await seat.until(lambda: len(names(tmp_path / "two")) == 1, "three are gone")
            await seat.press("g", "h")
            await seat.sees("clean-up")
            await seat.press("enter")
            await seat.sees("quarantine")
            await seat.press("escape", "z")
            await seat.sees("Take back: 3 files")
            await seat.press("y")
            await seat.until(lambda: len(names(tmp_path / "two")) == 4, "all are back")

    run(work())


def test_a_category_by_hand_and_back(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("*", "C", "d")
            await seat.sees("drums*")
            await seat.press("z")
            await seat.sees("Take back drums for 5 files?")
            await seat.press("y")
            await seat.sees_not("drums*")

    run(work())
