"""Journal entries and their files as rows, and what an undo would do as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from ctk_tui.model.format import count, moment, size
from ctk_tui.tui.present.column import Cell, Column
from ctk_tui.tui.present.words import name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.model.journal import FilesReport, HeldFile, HistoryEntry, JournalStep, Reversal
    from ctk_tui.model.plan import Refusal
    from ctk_tui.tui.present.column import Tone
    from ctk_tui.tui.present.styles import Styles

REFUSALS_SHOWN = 12
"""Refusals that are listed one by one; the others are counted."""
_TONES: dict[str, Tone] = {"interrupted": "warning", "partial": "accent", "undone": "faint", "emptied": "faint"}

ENTRY_COLUMNS: tuple[Column[HistoryEntry], ...] = (
    Column("at", "WHEN", 16, lambda entry: moment(entry.at), tone="text"),
    Column("kind", "WHAT", 9, lambda entry: entry.kind),
    Column("state", "STATE", 11, lambda entry: Cell(entry.state, _TONES.get(entry.state)), drop=1),
    Column("operations", "FILES", 8, lambda entry: f"{entry.operations:,}", right=True, drop=2),
    Column("bytes", "SIZE", 8, lambda entry: size(entry.bytes), right=True, drop=3),
    Column("query", "ASKED FOR", 24, lambda entry: entry.query, least=10, drop=4, grow=1),
    Column("id", "ID", 26, lambda entry: Cell(entry.id, "faint"), drop=5),
)
"""Of the list of entries."""
STEP_COLUMNS: tuple[Column[JournalStep], ...] = (
    Column("path", "WAS", 40, lambda step: name(step.path), least=16, grow=1, tone="text", cut="start"),
    Column("op", "WHAT", 10, lambda step: step.op, drop=1),
    Column("state", "STATE", 8, lambda step: Cell(step.state, "warning" if step.state == "begun" else None), drop=2),
    Column("size", "SIZE", 7, lambda step: size(step.size), right=True, drop=3),
    Column("target", "IS", 40, lambda step: name(step.target), least=16, grow=1, drop=4, cut="start"),
)
"""Of the files of one entry."""


def held_line(held: Sequence[HeldFile], styles: Styles, now: float) -> Text:
    """Return what lies in quarantine, and since when."""
    if not held:
        return Text(" nothing is in quarantine", styles.quiet)
    oldest = int((now - min(one.at for one in held)) // 86400)
    words = f" {count(len(held), 'file')} in quarantine · {size(sum(one.size for one in held))}"
    return Text(
        f"{words} · the oldest for {count(oldest, 'day')} · `ctk quarantine empty` wins the space", styles.quiet
    )


def reversal(found: Reversal, styles: Styles) -> tuple[Text, Text]:
    """Return the question of an undo, and what there is to know before."""
    verb = {"redo": "Do it again", "restore": "Bring back"}.get(found.kind, "Take back")
    question = Text(f"{verb}: {count(len(found.steps), 'file')}, {size(found.size)}?", styles.strong)
    return question, refusals(found.refused, styles)


def refusals(refused: Sequence[Refusal], styles: Styles, *, ended: bool = False) -> Text:
    """Return what is left as it is, with the reasons.

    Args:
        refused: the files.
        styles: how it looks.
        ended: whether it was tried: then a file may be elsewhere that could not be put back.
    """
    if not refused:
        return Text()
    what = "not done" if ended else f"left as {'it is' if len(refused) == 1 else 'they are'}"
    text = Text(f"{count(len(refused), 'file')} {what}:\n", styles.warning)
    for one in refused[:REFUSALS_SHOWN]:
        text.append(f"{name(one.path)}\n").append(f"    {one.reason}\n", styles.quiet)
    if len(refused) > REFUSALS_SHOWN:
        text.append(f"and {len(refused) - REFUSALS_SHOWN:,} more\n", styles.quiet)
    return text


def ended(report: FilesReport) -> str:
    """Return a sentence on how an operation ended."""
    words = f"{report.kind}: {count(report.done, 'file')}, {size(report.bytes)}"
    if report.failed:
        words += f"; {len(report.failed):,} not done"
    return f"{words}; cancelled" if report.cancelled else words


def afterwards(report: FilesReport, key: str) -> str:
    """Return what there is to know after an operation.

    Args:
        report: how it ended.
        key: the key that takes it back.
    """
    return "; ".join((*report.notes, *([f"{key} takes it back"] if report.undoable else [])))
