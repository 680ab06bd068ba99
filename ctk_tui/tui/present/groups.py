"""Duplicates as rows: groups, the copies in one of them, and the words around both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from rich.text import Text

from ctk_tui.model.format import count, day, length, rate, size
from ctk_tui.model.text import display
from ctk_tui.tui.present.column import Brief, Cell, Column
from ctk_tui.tui.present.words import name, short

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.model.groups import Group, GroupFile
    from ctk_tui.tui.present.glyphs import Glyphs
    from ctk_tui.tui.present.styles import Styles


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group."""

    group: Group
    first: GroupFile
    """The copy that stands for it: the keeper, where there is one."""


@dataclass(frozen=True, slots=True)
class TooMany:
    """A name that so many files have that they were not compared."""

    name: str
    """Without its extension, case-folded."""
    files: int


AnyGroup: TypeAlias = GroupRow | TooMany
"""What a list of groups holds."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy in its group."""

    file: GroupFile
    first: GroupFile
    """What it is compared with."""
    keeper: bool
    """Whether it is the one that stays."""
    start: int
    """Offset in its path where the part inside its source begins."""


def too_many(row: AnyGroup) -> Cell | None:
    """Return the text of a name that too many files have, None for a group."""
    if isinstance(row, TooMany):
        return Cell(f"{row.name}: {count(row.files, 'file')}, too many to compare", "quiet")
    return None


def filename(file: GroupFile) -> str:
    """Return the last part of a copy's path."""
    return display(file.path.rpartition(b"/")[2])


def formats(row: GroupRow) -> str:
    """Return the formats of a group, each once: flac wav."""
    return " ".join(sorted({file.format for file in row.group.files if file.format}))


def wasted(row: GroupRow) -> Cell:
    """Return the bytes that can be won."""
    return Cell(size(row.group.wasted_bytes)) if row.group.verified else Cell("unproved", "warning")


def group_columns(*, near: bool) -> tuple[Column[GroupRow], ...]:
    """Return the columns of exact or of near groups."""
    first: Column[GroupRow] = Column(
        "name", "NAME", 28, lambda row: filename(row.first), least=12, comfort=20, grow=1, tone="text", cut="middle"
    )
    duration: Column[GroupRow] = Column(
        "duration", "LENGTH", 7, lambda row: length(row.first.duration_secs), right=True, drop=2
    )
    copies: Column[GroupRow] = Column(
        "copies", "SOUNDS" if near else "COPIES", 6, lambda row: str(len(row.group.files)), right=True
    )
    if near:
        return (first, Column("formats", "FORMATS", 10, formats, drop=1), duration, copies)
    return (first, duration, copies, Column("wasted", "WASTED", 8, wasted, right=True, tone="text"))


def _fact(show: Callable[[GroupFile], str]) -> Callable[[Copy], Cell]:
    """Return how a fact is drawn: louder where it is another than that of the copy it is compared with."""

    def render(row: Copy) -> Cell:
        text = show(row.file)
        return Cell(text, "text" if text != show(row.first) else None)

    return render


def where(row: Copy) -> Cell:
    """Return folders and name inside the source."""
    return Cell(display(row.file.path[row.start :]), "quiet" if row.file.offline else None)


def words(row: Copy) -> list[str]:
    """Return what stands in the way of a copy's removal: keeper, offline, protected."""
    known = (("keeper", row.keeper), ("offline", row.file.offline), ("protected", row.file.protected))
    return [word for word, on in known if on]


_DROPS = {
    "exact": ("modified", "source", "standing", "format", "rate", "bits", "duration", "size"),
    "near": ("format", "source", "rate", "bits", "modified", "duration", "size", "standing"),
}
"""What tells copies apart stays longest: of equal bytes where and when, of near ones the quality."""


def copy_columns(*, near: bool) -> tuple[Column[Copy], ...]:
    """Return the columns of the copies in an exact or a near group."""
    order = _DROPS["near" if near else "exact"]
    drop = {key: place for place, key in enumerate(order, 1)}
    form = _fact(lambda file: file.format or "")
    return (
        Column("source", "SOURCE", 10, _fact(lambda file: file.source), drop=drop["source"]),
        Column("where", "WHERE", 36, where, least=16, comfort=20 if near else 30, grow=1, tone="text",
               cut="middle"),
        Column("modified", "MODIFIED", 10, _fact(lambda file: day(file.modified_at)), drop=drop["modified"]),
        Column("format", "FORMAT", 6, form, drop=drop["format"], brief=Brief("FMT", 4, form)),
        Column("rate", "RATE", 6, _fact(lambda file: rate(file.sample_rate)), right=True, drop=drop["rate"]),
        Column("bits", "BITS", 4, _fact(lambda file: str(file.bit_depth or "")), right=True, drop=drop["bits"]),
        Column("duration", "LENGTH", 7, _fact(lambda file: length(file.duration_secs)), right=True,
               drop=drop["duration"]),
        Column("size", "SIZE", 7, _fact(lambda file: size(file.file_size)), right=True, drop=drop["size"]),
        Column("standing", "STATE", 9, lambda row: ", ".join(words(row)), drop=drop["standing"]),
    )  # fmt: skip


def sign(row: Copy, signs: Glyphs) -> Cell:
    """Return the sign of a copy: that it stays, or why it cannot go."""
    if row.keeper:
        return Cell(signs.keeper, "accent")
    if row.file.offline:
        return Cell(signs.offline)
    return Cell(signs.protected if row.file.protected else "")


def group_line(group: Group, styles: Styles, *, near: bool) -> Text:
    """Return what the copies of a group have in common: 3 copies · 1.2 MB each · 0:01.4 · wav 44.1k 24 bit.

    Args:
        group: the group.
        styles: how things look.
        near: whether they are near duplicates: sounds, and not copies of one.
    """
    first = group.files[0]
    if near:
        lengths = sorted({length(file.duration_secs) for file in group.files})
        told = [count(len(group.files), "sound"), " to ".join(dict.fromkeys((lengths[0], lengths[-1])))]
    else:
        bits = f"{first.bit_depth} bit" if first.bit_depth else ""
        quality = " ".join(word for word in (first.format or "", rate(first.sample_rate), bits) if word)
        told = [f"{len(group.files)} copies", f"{size(first.file_size)} each", length(first.duration_secs), quality]
    line = Text.assemble((f" {told[0]}", styles.strong), (" · " + " · ".join(told[1:]), styles.quiet))
    return line if group.verified else line.append(" · not every copy could be read", styles.warning)


def total_line(groups: int, of: int | None, wasted_bytes: int, styles: Styles, *, near: bool) -> Text:
    """Return how much was found: exact · 1,204 groups · 14.2 GB can be won.

    Args:
        groups: how many are listed.
        of: how many there are without a filter, None while that is not known.
        wasted_bytes: what can be won by all that are listed.
        styles: how things look.
        near: whether they are near duplicates.
    """
    number = count(groups, "group") if of is None or of == groups else f"{groups:,} of {count(of, 'group')}"
    won = "" if near or not wasted_bytes else f" · {size(wasted_bytes)} can be won"
    return Text.assemble((" near" if near else " exact", styles.accent), (f" · {number}{won}", styles.quiet))


def place_line(row: Copy, cells: int, styles: Styles) -> Text:
    """Return the line under the lists: where the copy lies, whole, and what becomes of it."""
    note = "".join(f" · {word}" for word in words(row))
    path = short(name(row.file.path), max(8, cells - 2 - len(note)), left=True)
    return Text.assemble((f" {path}", styles.quiet), (note, styles.accent if row.keeper else styles.warning))


def many_line(row: TooMany, key: str, styles: Styles) -> Text:
    """Return what can be done about a name that too many files have.

    Args:
        row: the name.
        key: what lists its files.
        styles: how things look.
    """
    return Text.assemble((f" {key}", styles.accent), (f" lists the files called {short(row.name, 40)}", styles.quiet))


def marked_line(marked: int, bytes_won: int, groups: int, styles: Styles) -> Text:
    """Return what is marked: 8 marked for removal · 1.6 MB · in 5 groups."""
    more = f" · {size(bytes_won)} · in {count(groups, 'group')}"
    return Text.assemble((f" {marked:,} marked for removal", styles.accent), (more, styles.quiet))


def none_text(query: str, keys: Callable[[str], str], styles: Styles, *, near: bool) -> Text:
    """Return what is said where there are no groups.

    Args:
        query: the filter, "" for none.
        keys: gives the key of an action.
        styles: how things look.
        near: whether near duplicates were looked for.
    """
    if query:
        return Text.assemble(
            (f"No {'near ' if near else ''}duplicates among what {query} finds", styles.strong), "\n\n",
            (keys("escape"), styles.accent), " shows all groups again.",
        )  # fmt: skip
    if near:
        return Text.assemble(
            ("No two sounds have one name and nearly one length", styles.strong), "\n\n"
            "Near duplicates are versions of one sound: a bounce as wav and as mp3, a take and its trimmed copy.\n\n",
            (keys("near"), styles.accent), " goes back to exact duplicates.",
        )  # fmt: skip
    return Text.assemble(
        ("No sound is there twice", styles.strong), "\n\n"
        "A scan compares the bytes of every sound, whatever it is called and wherever it lies; copies that it finds\n"
        "stand here, the most wasted space first.\n\n",
        (keys("near"), styles.accent), " looks for near duplicates: other bytes, but one name and nearly one length.\n",
        (keys("show_sources"), styles.accent), " lists the sources: a backup or an old drive is worth adding.",
    )  # fmt: skip
