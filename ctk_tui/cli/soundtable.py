"""The table of audio files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctk_tui.cli import output
from ctk_tui.cli.tables import Column, room, table
from ctk_tui.model.format import count, day, length, rate, size, total
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctk_tui.model.entry import AudioEntry

CATEGORY = Column("CATEGORY", drop=1)
COLUMNS = (
    Column("ID", right=True), Column("NAME", least=32), CATEGORY, Column("LENGTH", right=True, drop=2),
    Column("FORMAT", drop=3), Column("RATE", right=True, drop=4), Column("BITS", right=True, drop=5),
    Column("CH", right=True, drop=6), Column("SIZE", right=True, drop=7), Column("MODIFIED", drop=8),
    Column("CP", right=True, drop=9), Column("SOURCE", drop=10), Column("FOLDER", least=16, drop=11),
)  # fmt: skip
"""Hidden from the right as the terminal gets narrow, so that names can be read."""
MARKS = {"○": "○ no copy online", "✗": "✗ not decodable"}


def write(entries: list[AudioEntry], found: int, name: str = "", values: Mapping[int, float] | None = None) -> None:
    """Write the table, and a line with the totals.

    Args:
        entries: the rows.
        found: how many there are in all, beyond a limit too.
        name: of one more column, "" for none.
        values: of that column, by id.
    """
    if not entries:
        output.line("nothing found" if not found else f"{count(found, 'sound')} found, none shown")
        return
    columns, rows = list(COLUMNS), [_row(entry) for entry in entries]
    if not any(entry.category for entry in entries):
        at = COLUMNS.index(CATEGORY)
        columns.pop(at)
        rows = [row[:at] + row[at + 1 :] for row in rows]
    if name:
        columns.insert(1, Column(name.upper(), right=True))
        for entry, row in zip(entries, rows, strict=True):
            row.insert(1, f"{(values or {})[entry.id]:.3f}")
    output.table(table(columns, rows, room()))
    number = count(found, "sound")
    totals = [
        f"{len(entries):,} of {number}" if found > len(entries) else number,
        total(sum(entry.duration_secs or 0 for entry in entries)),
        size(sum(entry.file_size for entry in entries)),
    ]
    marks = {_mark(entry) for entry in entries}
    output.line(" · ".join([*totals, *(meaning for mark, meaning in MARKS.items() if mark in marks)]), "quiet")


def _mark(entry: AudioEntry) -> str:
    return "○" if entry.offline else "✗" if entry.error else ""


def _row(entry: AudioEntry) -> list[str]:
    mark = _mark(entry)
    name = display(entry.filename)
    category = (entry.category or "") + ("*" if entry.category_source == "user" else "")
    return [
        str(entry.id), f"{mark} {name}" if mark else name, category, length(entry.duration_secs), entry.format or "-",
        rate(entry.sample_rate), str(entry.bit_depth or "-"), str(entry.channels or "-"), size(entry.file_size),
        day(entry.modified_at), str(entry.copies) if entry.copies != 1 else "", entry.source,
        display(os.path.dirname(entry.path[entry.rel_start :])),
    ]  # fmt: skip
