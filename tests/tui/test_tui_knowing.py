"""What a sound is: labels with bars at the side, categories by hand, sounds alike, and the classifier as a job."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctk_tui.model.classification import EMBEDDING
from tests.support.classified import classify, result
from tests.support.hearing import kept
from tests.support.library import Library, put, wav
from tests.support.screen import PATIENCE, Seat, run, seated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.model.job import JobInfo

NAMES = ("a kick", "b thud", "c choir", "d rain", "e new", "f new")
ANGLES = (0.0, 0.4, 0.2, 1.0)
"""Of the embeddings of the first four, in radians."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Four sounds that are classified, and two that are not."""
    for number, name in enumerate(NAMES):
        put(tmp_path / "one" / f"{name}.wav", wav(number + 1, frames=4000))
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one"}, extra="[audio]\naudition = false\n\n")
    made.scan()
    said = (
        ({"Bass drum": 0.8125, "Drum": 0.5, "Thump, thud": 0.02}, "drums", 0.83),
        ({"Thump, thud": 0.2}, "drums", 0.12),
        ({"Choir": 0.9}, "vocal", 0.91),
        ({"Rain": 0.7}, "fx", 0.7),
    )
    database = made.toolkit.database
    classify(database, [
        result(database, content(made, name), *words, vector=turned(angle))
        for name, words, angle in zip(NAMES, said, ANGLES, strict=False)
    ])  # fmt: skip
    yield made
    made.close()


def content(library: Library, name: str) -> int:
    [found] = [number for path, number in library.paths().items() if path.endswith(f"/{name}.wav".encode())]
    return found


def turned(angle: float) -> bytes:
    """Return an embedding that stands at an angle to that of the first."""
    found = np.zeros(EMBEDDING, np.float32)
    found[:2] = np.cos(angle), np.sin(angle)
    return (found * 7).astype("<f2").tobytes()


def with_weights(library: Library, checkpoint: Path) -> None:
    """Let the classifier run here, and what is classified be its own."""
    library.toolkit.close()
    library.config.write_text(f'[classify]\ncheckpoint = "{checkpoint}"\n' + library.config.read_text())
    library.toolkit = library.open()
    version = library.toolkit.classifier.version()
    with library.toolkit.database.write() as connection:
        connection.execute("UPDATE classified SET version = ?", (version,))


async def ready(seat: Seat) -> None:
    await seat.until(lambda: seat.app.view.table.row() is not None, "rows")


def listed(seat: Seat, library: Library) -> list[str]:
    """Return the names in the list, from its top."""
    names = {content(library, name): name for name in NAMES}
    return [names[number] for number in seat.app.view.table.view.ids]


def test_labels_have_bars_at_the_side_and_doubt_has_a_mark(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit, (130, 36)) as seat:
            await ready(seat)
            await seat.sees("by its sound 0.83")
            [drum] = [line for line in seat.lines() if "Bass drum" in line]
            assert "████████▏" in drum
            assert drum.rstrip().endswith(".81")
            [half] = [line for line in seat.lines() if " Drum " in line]
            assert "█████ " in half
            assert "██████" not in half
            await seat.press("j")
            await seat.sees("drums?")
            await seat.sees("by its sound 0.12")
            await seat.press("j", "j", "j")
            await seat.sees_not("by its sound")  # nobody has heard it yet

    run(work())


def test_without_room_the_labels_stand_over_the_list(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit, (80, 24)) as seat:
            await ready(seat)
            assert "Bass drum" not in seat.text()
            await seat.press("i")
            await seat.sees("Bass drum")

    run(work())


def test_the_users_word_is_for_the_cursor_or_for_all_marked_and_is_taken_back(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit, (130, 36)) as seat:
            await ready(seat)
            await seat.press("C")
            await seat.sees("guitar")  # what the second key may be
            await seat.press("g")
            await seat.sees("1 file: guitar")
            await seat.sees("guitar*")
            await seat.sees("set by hand")
            await seat.press("m", "m", "C", "x")
            await seat.sees("2 files: fx")
            await seat.until(lambda: seat.text().count("fx*") >= 2, "two by hand")
            await seat.press("z")
            await seat.sees("Take back fx for 2 files?")
            await seat.press("n")
            await seat.sees_not("Take back")
            await seat.sees("fx*")
            await seat.press("z")
            await seat.sees("Take back fx for 2 files?")
            await seat.press("y")
            await seat.sees("2 files as before")
            await seat.sees("guitar*")
            await seat.sees_not("fx*")
            await seat.press("z")
            await seat.sees("Take back guitar for 1 file?")
            await seat.press("y")
            await seat.sees_not("guitar*")
        said = {number: row[:2] for number, row in kept(library.toolkit).items()}
        assert said[content(library, "a kick")] == ("drums", "model")
        assert said[content(library, "b thud")] == ("drums", "model")

    run(work())


def test_what_the_classifier_says_comes_back(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit, (130, 36)) as seat:
            await ready(seat)
            await seat.press("C", "v")
            await seat.sees("vocal*")
            await seat.press("C", "a")
            await seat.sees("1 file: what the classifier says")
            await seat.sees_not("vocal*")
            await seat.sees("by its sound 0.83")

    run(work())


def test_the_later_of_a_change_and_an_operation_is_taken_back_first(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit, (130, 36)) as seat:
            await ready(seat)
            await seat.press("C", "g")
            await seat.sees("guitar*")
            library.toolkit.files.apply(
                library.toolkit.files.plan_delete([content(library, "d rain")]), last_copies=True
            )
            await seat.sees_not("d rain.wav")
            await seat.press("z")
            await seat.sees("Take back: 1 file")
            await seat.press("y")
            await seat.sees("d rain.wav")
            await seat.press("z")
            await seat.sees("Take back guitar for 1 file?")
            await seat.press("y")
            await seat.sees_not("guitar*")

    run(work())


def test_sounds_alike_come_nearest_first_and_the_key_leads_back(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit, (130, 36)) as seat:
            await ready(seat)
            await seat.press("w")
            await seat.sees("3 that sound like a kick.wav, the nearest first")
            assert listed(seat, library) == ["a kick", "c choir", "b thud", "d rain"]
            await seat.press("j", "m", "w")
            await seat.until(lambda: listed(seat, library) == list(NAMES), "all again")
            await seat.sees("1 marked")
            await seat.press("g", "g", "j", "w")
            await seat.sees("3 that sound like b thud.wav")
            assert listed(seat, library) == ["b thud", "c choir", "a kick", "d rain"]

    run(work())


def test_where_nothing_is_classified_the_next_step_is_told(library: Library) -> None:
    with library.toolkit.database.write() as connection:
        connection.execute("DELETE FROM classified")

    async def work() -> None:
        async with seated(library.toolkit, (130, 36)) as seat:
            await ready(seat)
            await seat.press("w")
            await seat.sees("no sound is classified yet")
            await seat.sees("`ctk classify`")
            assert listed(seat, library) == list(NAMES)

    run(work())


def test_classifying_is_a_job(library: Library, checkpoint: Path) -> None:
    """The real one, in a process of its own: first for what is marked, then for all that nobody has heard."""
    with_weights(library, checkpoint)
    marked, other = content(library, "e new"), content(library, "f new")
    before = kept(library.toolkit)

    async def work() -> None:
        async with seated(library.toolkit, (130, 36)) as seat:
            await ready(seat)
            await seat.press("I")
            await seat.sees("Classify which sounds?")
            await seat.press("escape")
            await seat.sees_not("Classify which sounds?")
            assert classifying(library) == []
            await seat.press("g", "g", "j", "j", "j", "j", "m", "I")
            await seat.sees("the 1 marked")
            await seat.press("m")
            await ended(seat, 1)
            assert set(kept(library.toolkit)) == {*before, marked}
            await seat.press("k")
            await seat.sees("by its")  # at the side, of the one that was just heard
            await seat.press("I", "a")
            await ended(seat, 2)
            assert set(kept(library.toolkit)) == {*before, marked, other}

    async def ended(seat: Seat, count: int) -> None:
        patience = time.monotonic() + 4 * PATIENCE
        while [job.state for job in classifying(library)] != ["done"] * count:
            assert time.monotonic() < patience, seat.text()
            await seat.pilot.pause(0.05)
        await seat.sees("classify is done")

    run(work())
    assert {number: row for number, row in kept(library.toolkit).items() if number in before} == before


def test_what_was_heard_already_is_classified_anew_after_a_question(library: Library, checkpoint: Path) -> None:
    with_weights(library, checkpoint)
    before = kept(library.toolkit)

    async def work() -> None:
        async with seated(library.toolkit, (130, 36)) as seat:
            await ready(seat)
            await seat.press("m", "I", "m")
            await seat.sees("1 marked sound: classified already. Classify anew?")
            await seat.press("n")
            await seat.sees_not("Classify anew?")
            assert (classifying(library), kept(library.toolkit)) == ([], before)
            await seat.press("I", "m")
            await seat.sees("Classify anew?")
            await seat.press("y")
            await seat.sees("classify is done")
        after = kept(library.toolkit)
        assert after.keys() == before.keys()
        assert [number for number in before if after[number] != before[number]] == [content(library, "a kick")]

    run(work())


def test_a_job_that_ends_at_once_is_told_too(library: Library, checkpoint: Path) -> None:
    """All was heard already: the job has ended before anybody looks."""
    database = library.toolkit.database
    classify(database, [result(database, content(library, name)) for name in ("e new", "f new")])
    with_weights(library, checkpoint)

    async def work() -> None:
        async with seated(library.toolkit, (130, 36)) as seat:
            await ready(seat)
            await seat.press("I", "a")
            await seat.sees("classify is done")

    run(work())


def classifying(library: Library) -> list[JobInfo]:
    return [job for job in library.toolkit.jobs.list() if job.kind == "classify"]


MISSING = """
import importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name in ("torch", "soxr") else real(name, package)
"""


def test_without_the_extra_the_app_says_what_to_install(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(MISSING)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")]))

    async def work() -> None:
        async with seated(library.toolkit, (130, 36)) as seat:
            await ready(seat)
            await seat.press("I", "a")
            await seat.sees("classifying needs what is not installed: torch, soxr")
            await seat.sees('pip install "ctk-tui[classify]"')

    run(work())


def test_without_the_weights_the_app_says_how_to_get_them(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit, (130, 36)) as seat:
            await ready(seat)
            await seat.press("I", "a")
            await seat.sees("the weights of the classifier are not there")
            await seat.sees("`ctk models fetch`")

    run(work())
