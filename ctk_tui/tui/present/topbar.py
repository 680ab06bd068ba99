"""The uppermost line: where one is, and what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from ctk_tui.model.format import total
from ctk_tui.tui.present.words import sides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.model.job import JobInfo
    from ctk_tui.tui.present.styles import Styles

NARROW = 100
"""Cells below which the numbers of the screens go."""


def topbar(screens: Sequence[tuple[str, str, bool]], working: Text, hint: str, width: int, styles: Styles) -> Text:
    """Return the line.

    Args:
        screens: key, name and whether it is the one that is shown, of each screen.
        working: what runs now.
        hint: how to get help.
        width: cells.
        styles: how things look.
    """
    left = Text(" ctk ", styles.strong)
    for key, name, here in screens:
        left.append(" ")
        style = f"{styles.strong} {styles.accent}" if here else styles.quiet
        left.append(f" {key} {name} " if width >= NARROW else f" {name} ", style)
    right = working.copy()
    if right:
        right.append("  ")
    right.append(f"{hint} ", styles.quiet)
    return sides(left, right, width)


def working(
    jobs: Sequence[JobInfo], rate: float | None, width: int, styles: Styles, *, ascii_only: bool = False
) -> Text:
    """Return what runs: the newest job with its bar, and how many others there are.

    Args:
        jobs: those that run, newest first.
        rate: units a second of the newest one, None while it is not known.
        width: cells of the whole line; the bar goes first where it is narrow.
        styles: how things look.
        ascii_only: whether only ASCII may be drawn.
    """
    if not jobs:
        return Text()
    job = jobs[0]
    text = Text(f"{job.kind} ", styles.quiet)
    if job.total:
        share = min(1.0, job.done / job.total)
        if width >= NARROW:
            text.append_text(bar(share, 20, styles, ascii_only=ascii_only)).append(" ")
        text.append(f"{int(share * 100)} %  ")
    text.append(f"{job.done:,}")
    if rate:
        text.append(f"  {rate:,.0f}/s", styles.quiet)
        if job.total and width >= NARROW and rate > 0:
            text.append(f"  {total((job.total - job.done) / rate)} left", styles.quiet)
    if len(jobs) > 1:
        text.append(f"  +{len(jobs) - 1}", styles.quiet)
    return text


def bar(share: float, width: int, styles: Styles, *, ascii_only: bool = False) -> Text:
    """Return a bar of so many cells, filled by a share of 0 to 1, in half cells; the rest is thin, also uncoloured."""
    full, half, empty = ("=", "-", " ") if ascii_only else ("━", "╸", "─")
    halves = round(share * width * 2)
    text = Text(full * (halves // 2) + half * (halves % 2), styles.accent)
    text.append(empty * (width - len(text)), styles.faint)
    return text
