"""Sources as rows, and what they hold as bars."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rich.text import Text

from ctk_tui.model.format import moment, size, total
from ctk_tui.tui.present.cells import fit
from ctk_tui.tui.present.column import Cell, Column
from ctk_tui.tui.present.topbar import bar

if TYPE_CHECKING:
    from ctk_tui.model.source import SourceState
    from ctk_tui.model.stats import Stats
    from ctk_tui.tui.present.column import Tone
    from ctk_tui.tui.present.glyphs import Glyphs
    from ctk_tui.tui.present.styles import Styles

BARS = 12
"""Formats that are drawn; the rarer ones are counted together."""
BAR_CELLS = 24
_TONES: dict[str, Tone] = {"offline": "warning", "lost": "warning", "scanning": "accent", "disabled": "faint"}


def status(source: SourceState, scanning: str) -> str:
    """Return the state of a source in a word.

    Args:
        source: the source.
        scanning: name of the source that is scanned now, "" for none.
    """
    return "scanning" if scanning and source.name == scanning else source.status


def columns(scanning: str) -> tuple[Column[SourceState], ...]:
    """Return the columns of the list of sources; `scanning` as in `status`."""

    def state(source: SourceState) -> Cell:
        word = status(source, scanning)
        return Cell(word, _TONES.get(word))

    return (
        Column("name", "NAME", 16, lambda source: source.name, least=10, tone="text"),
        Column("path", "PATH", 40, lambda source: os.fspath(source.path), least=16, grow=2, drop=5, cut="middle"),
        Column("state", "STATE", 9, state),
        Column("files", "FILES", 9, lambda source: f"{source.files:,}", right=True, drop=1),
        Column("size", "SIZE", 7, lambda source: size(source.bytes), right=True, drop=2),
        Column("hours", "LENGTH", 8, lambda source: total(source.duration_secs), right=True, drop=3),
        Column("scan", "LAST SCAN", 16, lambda source: moment(source.last_scan), drop=4),
    )


def sign(source: SourceState, signs: Glyphs) -> Cell:
    """Return the sign before a source."""
    if source.status in ("offline", "lost"):
        return Cell(signs.offline, "warning")
    return Cell(signs.protected if source.protected else "", "faint")


def about(source: SourceState, stats: Stats | None, styles: Styles, relocate: str, *, ascii_only: bool) -> Text:
    """Return what is told of the source under the cursor: why it is not ok, and its formats and categories as bars.

    Args:
        source: the source.
        stats: its totals, None while they are not known.
        styles: how things look.
        relocate: the key that relocates a source.
        ascii_only: whether only ASCII may be drawn.
    """
    lines = []
    if source.reason:
        lines.append(Text(source.reason, styles.warning))
    if source.found_at is not None:
        lines.append(Text(f"its volume is at {source.found_at} now: {relocate} relocates it", styles.accent))
    if not source.enabled:
        lines.append(Text("disabled: a scan of all sources passes it by", styles.quiet))
    if stats is None:
        return Text("\n").join(lines)
    if lines:
        lines.append(Text())
    formats = {name: one.files for name, one in stats.formats.items()}
    for title, counts in (("Formats", formats), ("Categories", stats.categories)):
        if counts:
            lines.append(Text(title, styles.strong))
            lines += _bars(counts, styles, ascii_only=ascii_only)
            lines.append(Text())
    return Text("\n").join(lines)


def _bars(counts: dict[str, int], styles: Styles, *, ascii_only: bool) -> list[Text]:
    most = max(counts.values())
    shown = list(counts.items())[:BARS]
    lines = [
        Text.assemble(
            f"{fit(name, 12)} ", bar(count / most, BAR_CELLS, styles, ascii_only=ascii_only),
            (f" {count:>9,}", styles.quiet),
        )
        for name, count in shown
    ]  # fmt: skip
    others = sum(counts.values()) - sum(count for _, count in shown)
    if others:
        lines.append(Text(f"{'others':<12} {'':<{BAR_CELLS}} {others:>9,}", styles.quiet))
    return lines
