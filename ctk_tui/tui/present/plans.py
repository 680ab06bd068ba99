"""Plans as text: the question that is asked before, and what it says in detail."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rich.text import Text

from ctk_tui.model.format import count, size
from ctk_tui.tui.present.history import refusals
from ctk_tui.tui.present.words import name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.model.plan import FolderReview, Plan
    from ctk_tui.tui.present.styles import Styles

FOLDERS_SHOWN = 10
"""Folders that are listed; the others are counted."""


def question(plan: Plan, verb: str, styles: Styles) -> Text:
    """Return what is asked: Quarantine 12 files, 3.4 MB?"""
    return Text(f"{verb} {count(plan.totals.files, 'file')}, {size(plan.totals.bytes)}?", styles.strong)


def details(plan: Plan, folders: Sequence[FolderReview], styles: Styles) -> Text:
    """Return what a plan does, by folder, what of it is a last copy, and what it leaves."""
    text = Text()
    for folder in folders[:FOLDERS_SHOWN]:
        text.append(f"{name(os.path.basename(folder.folder) or folder.folder)}").append(
            f"  {lost(folder)}\n", styles.quiet
        )
    if len(folders) > FOLDERS_SHOWN:
        text.append(f"and {len(folders) - FOLDERS_SHOWN:,} more folders\n", styles.quiet)
    if plan.totals.last:
        text.append(f"\n{count(plan.totals.last, 'file')} of them the only copy\n", styles.warning)
    if plan.left_behind:
        text.append(f"\n{count(len(plan.left_behind), 'sidecar')} left behind\n", styles.quiet)
    if plan.refused:
        text.append("\n").append_text(refusals(plan.refused, styles))
    text.rstrip()
    return text


def lost(folder: FolderReview) -> str:
    """Return what a folder loses: 12 of 240, also in drive-a."""
    words = f"{folder.files:,} of {folder.of:,}"
    if folder.kept_in:
        words += f", also in {', '.join(source for source, _ in folder.kept_in[:3])}"
    return f"{words} · {size(folder.size)}"
