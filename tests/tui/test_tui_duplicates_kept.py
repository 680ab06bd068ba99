"""What was decided about duplicates reaches what is removed, and outlives the app; playing on through groups."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.audio.player.state import News, PlayerState
from ctk_tui.tui.screens.duplicates import DuplicatesView
from tests.support.library import Library, put, wav
from tests.support.screen import Seat, run, seated
from tests.support.screen import duplicates as view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.audio.player.state import Kind

ODD = b"one \xff\n.wav"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Give two contents with three copies each; the rules keep the tidy name."""
    for number, stem in enumerate((b"kick", b"snare")):
        for rest in (b".wav", b" copy.wav", b" (1).wav"):
            put(os.fsencode(tmp_path) + b"/one/" + stem + rest, wav(number, frames=800 - number))
    put(os.fsencode(tmp_path) + b"/one/" + ODD, wav(0, frames=800))
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one"}, "[audio]\naudition = false\n\n")
    made.scan()
    yield made
    made.close()


def name(path: bytes) -> str:
    return os.fsdecode(path.rpartition(b"/")[2])


def keeper(seat: Seat) -> str:
    group, row = view(seat).group_here(), view(seat).groups.view.current
    assert group is not None
    assert row is not None
    kept = view(seat).decisions.keeper(row, group)
    assert kept is not None
    return name(kept.path)


def marked(seat: Seat) -> list[str]:
    return sorted(name(one.file.path) for one in view(seat).marked_copies())


def names(folder: Path) -> list[str]:
    return sorted(one for one in os.listdir(folder) if not one.startswith("."))


async def ready(seat: Seat, found: int = 2) -> None:
    await seat.press("3")
    await seat.until(lambda: isinstance(seat.app.view, DuplicatesView), "the screen")
    await seat.until(lambda: len(view(seat).groups.view.ids) == found and view(seat).copies.row() is not None, "groups")


async def stand_on_copy(seat: Seat, wanted: bytes) -> None:
    """Go to a copy of the group under the cursor."""
    if not view(seat).in_copies:
        await seat.press("tab")
    await seat.press("g", "g")
    for _ in range(len(view(seat).copies.view.ids)):
        if view(seat).copies.row().file.path.endswith(b"/" + wanted):
            return
        await seat.press("j")
    raise AssertionError(wanted)


def test_a_chosen_keeper_is_the_one_that_a_clean_up_leaves(library: Library, tmp_path: Path) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            assert keeper(seat) == "kick.wav"
            await stand_on_copy(seat, ODD)
            await seat.press("K", "X")
            await seat.sees("Which?")
            await seat.press("enter")
            await seat.sees("5 files to quarantine")
            await seat.press("y")
            await seat.sees("Quarantine 5 files")
            await seat.press("y")
            await seat.sees("in quarantine")
            assert names(tmp_path / "one") == sorted(["snare.wav", os.fsdecode(ODD)])

    run(work())


def test_what_is_removed_is_compared_with_the_chosen_keeper(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            plans: list[Any] = []
            real = library.toolkit.files.review

            def review(plan: Any) -> Any:
                plans.append(plan)
                return real(plan)

            monkeypatch.setattr(library.toolkit.files, "review", review)
            await ready(seat)
            await stand_on_copy(seat, b"kick copy.wav")
            await seat.press("K")
            await stand_on_copy(seat, b"kick (1).wav")
            chosen = view(seat).copies.row().file.path
            await seat.press("m", "d")
            await seat.sees("Quarantine 1 file")
            [one] = plans[-1].operations
            assert (one.path, name(one.keeper)) == (chosen, "kick copy.wav"), "and not the one of the rules"
            await seat.press("y")
            await seat.sees("takes it back")
            assert len(names(tmp_path / "one")) == 6

    run(work())


def test_a_protected_copy_is_no_keeper_while_another_can_be_one(library: Library) -> None:
    library.toolkit.sources.protect("one", "kick copy.wav")
    library.scan()

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await stand_on_copy(seat, b"kick copy.wav")
            await seat.press("K")
            await seat.sees("protected: it stays anyway")
            assert keeper(seat) == "kick.wav"

    run(work())


def test_filter_cursor_keepers_and_marks_outlive_the_app(library: Library, tmp_path: Path) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("m")
            await seat.until(lambda: len(marked(seat)) == 3, "marks")
            assert ODD.decode("utf-8", "surrogateescape") in marked(seat)
            await stand_on_copy(seat, b"snare copy.wav")
            await seat.press("K", "slash")
            await seat.type("snare")
            await seat.sees("1 of 2 groups")
            await seat.press("enter")
        async with seated(library.toolkit) as seat:
            await seat.press("3")
            await seat.sees("exact · 1 group")
            await seat.until(lambda: len(marked(seat)) == 3, "the marks")
            assert view(seat).query_line.value == "snare"
            await seat.until(lambda: view(seat).group_here() is not None, "the group")
            assert keeper(seat) == "snare copy.wav"
            await seat.press("escape")
            await ready(seat)
            assert keeper(seat) == "snare copy.wav", "the cursor is on its group"
            await seat.press("1")
        (tmp_path / "one" / "kick (1).wav").unlink()
        library.scan()
        async with seated(library.toolkit) as seat:  # what is gone is marked no more, and looking is not needed to keep
            await seat.sees("NAME")
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.until(lambda: len(marked(seat)) == 2, "marks that hold")
            assert keeper(seat) == "snare copy.wav"

    run(work())


def test_played_on_through_the_groups_from_keeper_to_keeper(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The player itself is tested in tests/audio; here is what it is asked for, and what its news do."""

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            transport, asked = seat.app.transport, []
            monkeypatch.setattr(transport, "do", lambda work, *values: asked.append((work.__name__, *values)))
            groups = view(seat).groups
            rows: list[Any] = [groups.rows.get(one) for one in groups.view.ids]
            first, second = (row.first.path for row in rows)
            await seat.press("ctrl+@")
            assert asked.pop() == ("play", first, 0.0)
            transport.take(news("started", first))
            assert asked.pop() == ("play_next", second), "the keeper of the next group follows without a gap"
            transport.take(news("started", second))
            await seat.until(lambda: view(seat).groups.view.cursor == 1, "the cursor follows")
            assert not asked, "there is no third group"
            await seat.press("ctrl+@")
            assert not transport.play_on

    run(work())


def news(kind: Kind, path: bytes) -> News:
    return News(kind, PlayerState(status="playing"), Path(os.fsdecode(path)))
