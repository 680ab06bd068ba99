"""Terminals that have less: no colours, sixteen of them, ASCII alone, a slow line, hardly any room."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ctk_tui.toolkit.audio import PlayerState
from ctk_tui.tui.present.plain import plain
from ctk_tui.tui.watch import IDLE_SECONDS
from tests.support.library import Library, put, wav
from tests.support.pulse import PulseServer
from tests.support.screen import run, seated
from tests.support.tmux import Tmux

if TYPE_CHECKING:
    from collections.abc import Iterator

SIXTEEN = {0, 1, 2, 3, 4, 7, *range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)}
MOUSE = (b"\x1b[?1000h", b"\x1b[?1002h", b"\x1b[?1003h", b"\x1b[?1006h", b"\x1b[?1015h")
ODD = (
    b"gr\xc3\xbcn.wav",
    b"\xe6\xbc\xa2\xe5\xad\x97.wav",
    b"bad\xff.wav",
    b"new\nline.wav",
    b"esc\x1b[31m.wav",
    b"e\xcc\x81.wav",
)


@pytest.fixture
def socket() -> Iterator[Path]:
    """Return a folder with a short path: that of a socket may have 100 bytes."""
    with TemporaryDirectory(prefix="ctk", dir="/tmp") as folder:
        yield Path(folder)


def made(folder: Path, extra: str = "") -> Library:
    """Return a library with duplicates and odd names, scanned."""
    for number in range(3):
        put(folder / "one" / f"kick {number}.wav", wav(number))
        put(folder / "one" / f"kick {number} copy.wav", wav(number))
    for number, name in enumerate(ODD):
        put(os.fsencode(folder) + b"/one/" + name, wav(10 + number))
    library = Library(folder / "ctk", {"one": folder / "one"}, f"{extra}\n[audio]\naudition = false\n\n")
    library.scan()
    return library


def words(library: Library) -> tuple[str, ...]:
    return ("--config", str(library.config), "--db", str(library.database))


def colours(sent: bytes) -> list[list[int]]:
    """Return the numbers of every escape sequence that sets colours or styles."""
    return [[int(one or 0) for one in found.split(b";")] for found in re.findall(rb"\x1b\[([0-9;]*)m", sent)]


def look_around(terminal: Tmux) -> None:
    """Visit every screen and some dialogs."""
    terminal.sees("kick 2.wav")
    terminal.press("j", "m", "v", "j", "/")
    terminal.write("k")
    terminal.sees("3 of 9")
    terminal.press("Enter", "?")
    terminal.sees("Screens")
    terminal.press("q", "2")
    terminal.sees("STATE")
    terminal.press("3")
    terminal.sees("can be won")
    terminal.press("Tab", "X")
    terminal.sees("Which")
    terminal.press("Enter")
    terminal.sees("to quarantine")
    terminal.press("Escape")
    terminal.sees("can be won")
    terminal.press("g", "h")
    terminal.sees("Nothing was done yet")
    terminal.press(":")
    terminal.sees("Search for commands")


@pytest.mark.needs("tmux")
def test_without_colours_focus_cursor_and_marks_are_seen(socket: Path, tmp_path: Path) -> None:
    library, record = made(tmp_path), socket / "sent"
    with Tmux(socket, *words(library), environ={"NO_COLOR": "1"}, record=record) as terminal:
        terminal.sees("kick 2.wav")
        terminal.press("m")
        terminal.sees("▸")
        terminal.sees(" ● ")
        look_around(terminal)
    library.close()
    used = {number for numbers in colours(record.read_bytes()) for number in numbers}
    assert used <= {0, 1, 2, 3, 4, 7}, "styles, and no colour"
    assert {1, 7} <= used, "the cursor's row is reversed where it has the keys"


@pytest.mark.needs("tmux")
@pytest.mark.parametrize("theme", ["ctk-dark", "ctk-light"])
def test_sixteen_colours_are_enough(theme: str, socket: Path, tmp_path: Path) -> None:
    library, record = made(tmp_path, f'[ui]\ntheme = "{theme}"\n'), socket / "sent"
    with Tmux(socket, *words(library), environ={"TERM": "xterm"}, record=record) as terminal:
        look_around(terminal)
    library.close()
    for numbers in colours(record.read_bytes()):
        assert set(numbers) <= SIXTEEN, numbers
        fore = {number % 10 + (number > 89) * 8 for number in numbers if 30 <= number < 38 or 90 <= number < 98}
        back = {number % 10 + (number > 99) * 8 for number in numbers if 40 <= number < 48 or number >= 100}
        assert not fore & back, f"text on its own colour: {numbers}"


@pytest.mark.needs("tmux")
def test_ascii_is_all_that_is_sent_whatever_names_are_made_of(socket: Path, tmp_path: Path) -> None:
    library, record = made(tmp_path, "[ui]\nascii = true\n"), socket / "sent"
    environ = {"TERM": "linux", "LANG": "C", "PYTHONIOENCODING": "ascii"}
    with Tmux(socket, *words(library), size=(160, 45), environ=environ, record=record) as terminal:
        shown = terminal.sees("grun.wav")
        assert "??.wav" in shown
        assert r"new\nline.wav" in shown
        look_around(terminal)
        terminal.press("Escape")
        terminal.sees("Nothing was done yet")
        terminal.press("q")
        terminal.sees("code=0")
    library.close()
    sent = record.read_bytes()
    assert sent.isascii(), {one for one in sent.decode("utf-8", "replace") if not one.isascii()}


@given(st.text(max_size=20))
def test_ascii_takes_the_cells_that_the_text_took(text: str) -> None:
    made = plain(text)
    assert made.isascii()
    assert cell_len(made) == cell_len(text)


def test_letters_stay_letters_and_signs_have_their_likes() -> None:
    assert plain("Grün · Über… 漢 ▸● ─│╭ ⠶") == "Grun . Uber~ ?? >* -|+ :"


@pytest.mark.needs("tmux")
@pytest.mark.parametrize(
    ("extra", "arguments", "takes"),
    [("", (), True), ("", ("--no-mouse",), False), ("[ui]\nslow_link = true\n", (), False)],
    ids=["usual", "no-mouse", "slow-link"],
)
def test_the_mouse_is_left_to_the_terminal(
    extra: str, arguments: tuple[str, ...], takes: bool, socket: Path, tmp_path: Path
) -> None:
    library, record = made(tmp_path, extra), socket / "sent"
    with Tmux(socket, *words(library), *arguments, record=record) as terminal:
        terminal.sees("NAME")
        terminal.press("q")
        terminal.sees("code=0")
    library.close()
    assert any(one in record.read_bytes() for one in MOUSE) is takes


@pytest.mark.parametrize("slow", [True, False])
def test_a_slow_line_has_half_pages_no_outline_and_a_calm_playhead(
    slow: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        put(tmp_path / "one" / f"more {number:02}.wav", wav(100 + number))

    async def work(library: Library) -> None:
        async with seated(library.toolkit, (160, 30)) as seat:
            table = seat.app.view.table
            await seat.until(lambda: len(table.view.ids) > 60 and table.row() is not None, "rows")
            height = table.view.height
            table.view.to(height - 1)
            await seat.press("j")
            assert (table.view.top >= height // 2) is slow
            await seat.sees("16 bit · 44.1kHz · mono")
            here = table.view.current
            assert here is not None
            if not slow:
                await seat.until(lambda: seat.app.transport.outlines.has(here), "the outline")
            assert seat.app.transport.outlines.has(here) is not slow
            moves: list[float] = []
            monkeypatch.setattr(seat.app.view, "sound_moved", lambda: moves.append(time.monotonic()))
            state = PlayerState(status="playing", path=tmp_path / "a.wav", duration=60.0)
            monkeypatch.setattr(type(seat.app.transport), "state", property(lambda _: state))
            seat.app.frame.show_player()
            await seat.until(lambda: len(moves) > 2, "the playhead")
            assert (moves[2] - moves[0] > 1.5) is slow

    library = made(tmp_path, f"[ui]\nslow_link = {str(slow).lower()}\n")
    run(work(library))
    library.close()


@pytest.mark.needs("tmux", "pulseaudio")
def test_resized_while_it_plays_and_back(socket: Path, tmp_path: Path) -> None:
    put(tmp_path / "one" / "aa long.wav", wav(7, frames=44100 * 60))
    library = made(tmp_path)
    with PulseServer() as server, Tmux(socket, *words(library), size=(200, 60), environ=server.environ) as terminal:
        terminal.sees("aa long.wav")
        terminal.press("Space")
        terminal.sees(r"▶ aa long.wav +0:0\d\.\d/1:00")
        for columns, rows in ((40, 12), (200, 60), (20, 5), (8, 2), (40, 12), (200, 60)):
            terminal.resize(columns, rows)
            if rows > 10:
                goes_on(terminal)
            else:  # drawn for that size, and not the last one cut off
                terminal.sees({20: r"… \? help\n.*\n.*NAME", 8: r"/ s10 ·$"}[columns])
        terminal.sees(r"▶ aa long.wav +0:\d\d\.\d/1:00")
        terminal.press("q")
        terminal.sees("code=0")
    library.close()


def clock(shown: str) -> float:
    """Return the position that the player's line shows, -1 where none is shown."""
    found = re.search(r"▶ .*?0:(\d\d\.\d)/1:00", shown)
    return float(found[1]) if found else -1.0


def goes_on(terminal: Tmux) -> None:
    """Wait until a later position is shown."""
    before = clock(terminal.until(lambda shown: clock(shown) > 0, "a position"))
    terminal.until(lambda shown: clock(shown) > before, "the playhead goes on")


@pytest.mark.needs("tmux")
def test_at_rest_nothing_is_sent_on_any_screen(socket: Path, tmp_path: Path) -> None:
    library, record = made(tmp_path), socket / "sent"
    with Tmux(socket, *words(library), record=record) as terminal:
        terminal.sees("kick 2.wav")
        for keys, shown in (
            (("1",), "9 · "),
            (("2",), "Formats"),
            (("3",), "can be won"),
            (("g", "h"), "Nothing was"),
        ):
            terminal.press(*keys)
            terminal.sees(shown)
            rested(record)
    library.close()


def rested(record: Path) -> None:
    """Wait until nothing was sent for so long that a look for other terminals' jobs came in between."""
    deadline = time.monotonic() + 30
    size, since = -1, time.monotonic()
    while time.monotonic() - since < IDLE_SECONDS + 0.2:
        assert time.monotonic() < deadline, f"it never rests: {record.read_bytes()[-200:]!r}"
        now = record.stat().st_size
        if now != size:
            size, since = now, time.monotonic()
        time.sleep(0.02)
