"""Tables fit the terminal: columns go before names are cut beyond reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ctk_tui.cli import soundtable, tables
from ctk_tui.cli.tables import Column

if TYPE_CHECKING:
    from tests.support.commands import Ctk, Hostile

NAMES = (Column("ID", right=True), Column("NAME", least=8), Column("FORMAT", drop=1), Column("SOURCE", drop=2))


def shown(rows: list[list[str]], width: int | None) -> list[str]:
    return list(tables.table(NAMES, rows, width))


def test_all_columns_where_there_is_room() -> None:
    assert shown([["1", "kick", "wav", "samples"], ["12", "long kick", "flac", "usb"]], 80) == [
        "ID  NAME       FORMAT  SOURCE",
        " 1  kick       wav     samples",
        "12  long kick  flac    usb",
    ]


def test_names_are_cut_first_to_what_can_be_read_then_columns_go_from_the_right() -> None:
    rows = [["1", "a long name", "wav", "samples"]]
    assert shown(rows, 29)[1] == " 1  a long …  wav     samples"
    assert shown(rows, 28)[1] == " 1  a long name  wav"
    assert shown(rows, 20)[1] == " 1  a long …  wav"[:20]
    assert shown(rows, 16)[1] == " 1  a long name"
    assert shown(rows, 12)[1] == " 1  a long …"


def test_nothing_is_cut_for_a_pipe() -> None:
    name = "x" * 300
    assert shown([["1", name, "wav", "samples"]], None)[1] == f" 1  {name}  wav     samples"


def test_controls_are_escaped_before_they_are_measured() -> None:
    assert shown([["1", "a\tb\x1b", "wav", ""]], 80)[1] == " 1  a\\tb\\x1b  wav"


def test_wide_characters_count_twice() -> None:
    lines = shown([["1", "東京", "wav", "s"], ["2", "kick", "wav", "s"]], 80)
    assert lines[1:] == [" 1  東京  wav     s", " 2  kick  wav     s"]
    assert tables.fitted("東京東京", 6) == "東京 …"


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(st.lists(st.lists(texts, min_size=4, max_size=4), min_size=1, max_size=5), st.integers(24, 120))
def test_no_line_is_wider_than_the_terminal(rows: list[list[str]], width: int) -> None:
    short = [["7", name, kind, source] for _, name, kind, source in rows]
    lines = shown(short, width)
    assert len(lines) == len(rows) + 1
    assert max(map(cell_len, lines)) <= width


@given(st.integers(40, 200))
def test_names_keep_32_cells(width: int) -> None:
    facts = ["category", "0:01.4", "vorbis", "44.1k", "24", "2", "12.5 MB", "2020-01-01", "3"]
    row = ["100000", "n" * 60, *facts, "s" * 20, "f" * 60]
    head, line = tables.table(soundtable.COLUMNS, [row], width)
    assert line.count("n") >= 31
    assert cell_len(line) <= width
    assert head.startswith("    ID  NAME")


@pytest.mark.parametrize("styled", [True, False])
def test_a_heading_stands_out_on_a_terminal_unless_told_not_to(
    *, styled: bool, ctk: Ctk, hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctk_tui.cli.output.is_terminal", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "" if styled else "1")
    assert ctk(*hostile.options, "search").out.startswith(b"\x1b[1mID" if styled else b"ID")


def test_no_style_on_a_dumb_terminal(ctk: Ctk, hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctk_tui.cli.output.is_terminal", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert b"\x1b" not in ctk(*hostile.options, "doctor").out


@pytest.mark.usefixtures("on_terminal")
def test_nothing_found_is_said_on_a_terminal(ctk: Ctk, hostile: Hostile) -> None:
    assert ctk(*hostile.options, "search", "xyzzy").out == b"nothing found\n"


@pytest.mark.usefixtures("on_terminal")
def test_a_limit_is_told(ctk: Ctk, hostile: Hostile) -> None:
    assert ctk(*hostile.options, "search", "--limit", "2").lines[-1].startswith("2 of 16 sounds · ")
    assert ctk(*hostile.options, "search", "--limit", "0").text == "16 sounds found, none shown\n"
