"""All audio files in the order of a sort: an array a sort, kept until something changed that it depends on."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import floats, ids, numbers, numpy
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from ctk_tui.catalog.search.arrays import Places, Values
    from ctk_tui.catalog.search.byname import ByName
    from ctk_tui.catalog.search.rows import State
    from ctk_tui.model.query.nodes import Sort

_OF_AUDIO = "SELECT group_concat(id), group_concat({0}) FROM audio WHERE {0} IS NOT NULL"
_OF_PRIMARY = """
SELECT group_concat(a.id), group_concat(q.{0}) FROM audio a CROSS JOIN paths q ON q.id = a.primary_path"""
_NUMBERS = {
    "duration": _OF_AUDIO.format("duration"),
    "size": _OF_AUDIO.format("size"),
    "added": _OF_AUDIO.format("added_at"),
    "rate": _OF_AUDIO.format("sample_rate"),
    "modified": _OF_PRIMARY.format("mtime_ns"),
    "confidence": _OF_AUDIO.replace("id", "audio_id", 1).replace("audio W", "categories W").format("confidence"),
}
_TEXTS = {"format": ("id", "format", "audio"), "category": ("audio_id", "category", "categories")}


def sorted_by(connection: sqlite3.Connection, now: State, sort: Sequence[Sort], by_name: ByName) -> Places:
    """Return all audio files in an order; those that a sort has no value for are last in it, whichever way it goes.

    Args:
        connection: in a read transaction.
        now: the state in it.
        sort: first wins; what is equal in all of them is in the order of names.
        by_name: all audio files by name.
    """
    np = numpy()
    order = by_name.order
    for each in reversed(sort):
        if each.key == "name":
            by_key = np.full(now.last_audio + 1, np.nan)
            by_key[by_name.order] = _ranks(by_name.names(connection))
        else:
            by_key = _values(connection, now, each.key)
        values = by_key[order]
        if each.descending:
            values = -values
        # NaN, which is what there is no value for, is the last for numpy.
        order = order[np.argsort(values, kind="stable")]
    return order


def _ranks(names: list[bytes]) -> Values:
    """Return the rank of each of the sorted names; equal ones have one."""
    steps = [0, *(before != after for before, after in itertools.pairwise(names))]
    ranks: Values = numpy().cumsum(steps[: len(names)], dtype=float)
    return ranks


def _values(connection: sqlite3.Connection, now: State, key: str) -> Values:
    """Return numbers by id of the audio file that sort as the key does, NaN where there is no value."""
    np = numpy()
    values: Values = np.full(now.last_audio + 1, np.nan)
    if key in _NUMBERS:
        audio, texts = connection.execute(_NUMBERS[key]).fetchone()
        values[numbers(audio)] = floats(texts)
    elif key == "path":
        audio, folders = connection.execute(_OF_PRIMARY.format("folder_id")).fetchone()
        values[numbers(audio)] = _folders(connection)[numbers(folders)]
    else:
        who, column, table = _TEXTS[key]
        there = connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()
        for rank, text in enumerate(sorted(row[0] for row in there)):
            values[ids(connection, f"SELECT group_concat({who}) FROM {table} WHERE {column} = ?", (text,))] = rank
    return values


def _folders(connection: sqlite3.Connection) -> Values:
    """Return the rank of every folder by id: by absolute path, folded, what is in a folder right behind it."""
    rows = connection.execute(
        "SELECT f.id, s.root_text, f.display FROM folders f JOIN sources s ON s.id = f.source_id"
    ).fetchall()
    ranks: Values = numpy().zeros(max((row[0] for row in rows), default=0) + 1)
    for rank, (number, _) in enumerate(sorted(((row[0], folder_parts(row[1], row[2])) for row in rows), key=_second)):
        ranks[number] = rank
    return ranks


def folder_parts(root: str, folder: str) -> list[str]:
    """Return what folders are sorted by: the folded names on the way to it.

    Args:
        root: display text of the source's root.
        folder: display text of the folder inside the source.
    """
    return folded(f"{root}/{folder}").rstrip("/").split("/")


def _second(row: tuple[int, list[str]]) -> list[str]:
    return row[1]
