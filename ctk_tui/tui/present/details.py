"""The side of the catalog: everything about the file under the cursor, in a column of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from ctk_tui.model.format import day, length, rate, size
from ctk_tui.tui.present.files import category
from ctk_tui.tui.present.words import name, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.model.entry import AudioDetails, AudioEntry, Label, PathEntry
    from ctk_tui.tui.present.styles import Styles

_EIGHTHS = " ▏▎▍▌▋▊▉█"
BAR = 10
"""Cells of a label's bar."""
MOST_PATHS = 8
"""Copies that are listed; the others are counted."""


def facts(entry: AudioEntry) -> str:
    """Return format, bits, rate and channels: wav · 24 bit · 44.1k · mono."""
    channels = {None: "", 1: "mono", 2: "stereo"}.get(entry.channels, f"{entry.channels} channels")
    bits = f"{entry.bit_depth} bit" if entry.bit_depth else ""
    hertz = f"{rate(entry.sample_rate)}Hz" if entry.sample_rate else ""
    return " · ".join(word for word in (entry.format or "unknown", bits, hertz, channels) if word)


def place(entry: AudioEntry) -> str:
    """Return where the primary lies: its source and the folders in it."""
    inside = name(entry.path[entry.rel_start :]).rsplit("/", 1)
    return " · ".join([entry.source, *inside[:-1]])


def label_bar(label: Label, width: int, styles: Styles, *, ascii_only: bool) -> Text:
    """Return a label with its probability as a bar and a number."""
    words = max(6, width - BAR - 6)
    text = Text(short(label.label, words).ljust(words) + " ")
    text.append(_bar(label.p, ascii_only=ascii_only), styles.accent)
    return text.append(f" {label.p:.2f}".replace(" 0.", "  ."), styles.quiet)


def _bar(share: float, *, ascii_only: bool) -> str:
    if ascii_only:
        return ("#" * round(share * BAR)).ljust(BAR)
    eighths = round(share * BAR * 8)
    return ("█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")).ljust(BAR)


def side(
    details: AudioDetails, waveform: Sequence[str], width: int, styles: Styles, *, ascii_only: bool = False
) -> Text:
    """Return the whole column.

    Args:
        details: of the file.
        waveform: its outline as rows, none while it is not there.
        width: cells.
        styles: how things look.
        ascii_only: whether only ASCII may be drawn.
    """
    entry = details.entry
    lines = [
        Text(short(name(entry.filename), width), styles.strong),
        Text(short(place(entry), width, left=True), styles.quiet),
    ]
    lines.append(Text())
    lines += [Text(row, styles.accent) for row in waveform]
    lines.append(Text.assemble(length(entry.duration_secs), (f" · {facts(entry)}", styles.quiet)))
    lines.append(Text(f"{size(entry.file_size)} · {day(entry.modified_at)}", styles.quiet))
    if entry.error:
        lines += [Text(), Text(short(entry.error, width), styles.warning)]
    lines += _category_lines(entry, width, styles, ascii_only=ascii_only)
    lines += _tag_lines(details, width, styles)
    lines += _copy_lines(details.paths, entry, width, styles)
    if entry.file_hash:
        lines += [Text(), Text(short(entry.file_hash, width), styles.faint)]
    return Text("\n").join(lines)


def _category_lines(entry: AudioEntry, width: int, styles: Styles, *, ascii_only: bool) -> list[Text]:
    word = category(entry).text
    lines = [Text()]
    if word:
        how = {"user": "set by hand", "name": "by its name", "model": "by its sound", "both": "by sound and name"}
        told = how.get(entry.category_source or "", "")
        sure = f" {entry.confidence:.2f}" if entry.confidence is not None and entry.category_source != "user" else ""
        lines.append(Text.assemble((word, styles.strong), (f"  {told}{sure}", styles.quiet)))
    lines += [label_bar(label, width, styles, ascii_only=ascii_only) for label in entry.labels]
    return lines if len(lines) > 1 else []


def _tag_lines(details: AudioDetails, width: int, styles: Styles) -> list[Text]:
    words = [word for word in (details.title, details.artist, details.comment, details.description) if word]
    return [Text(), *(Text(short(word.replace("\n", " "), width), styles.quiet) for word in words)] if words else []


def _copy_lines(paths: Sequence[PathEntry], entry: AudioEntry, width: int, styles: Styles) -> list[Text]:
    there = [path for path in paths if path.state == "present"]
    if len(paths) <= 1 and there and not entry.offline:
        return []
    lines = [Text(), Text(f"{entry.copies} {'copy' if entry.copies == 1 else 'copies'}", styles.strong)]
    for path in paths[:MOST_PATHS]:
        away = "offline" if path.offline else path.state if path.state != "present" else ""
        line = Text.assemble((f"{path.source} ", styles.quiet if away else ""))
        note = f" {away}" if away else " protected" if path.protected else ""
        room = max(8, width - line.cell_len - len(note))
        line.append(short(name(path.path), room, left=True), styles.faint if away else styles.quiet)
        lines.append(line.append(note, styles.warning if away else styles.quiet))
    if len(paths) > MOST_PATHS:
        lines.append(Text(f"and {len(paths) - MOST_PATHS} more", styles.quiet))
    return lines
