"""All audio files in the order of a sort: an array a sort, kept until something changed that it depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import numpy
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from ctk_tui.catalog.search.arrays import Places, Values
    from ctk_tui.catalog.search.memory import Moment
    from ctk_tui.model.query.nodes import Sort


def sorted_by(moment: Moment, sort: Sequence[Sort]) -> Places:
    """Return all audio files in an order; those that a sort has no value for are last in it, whichever way it goes.

    Args:
        moment: the catalog.
        sort: first wins; what is equal in all of them is in the order of names.
    """
    order = moment.by_name().order
    for each in reversed(sort):
        # NaN, which is what there is no value for, is the last for numpy.
        keys = values(moment, each)[order]
        order = order[numpy().argsort(-keys if each.descending else keys, kind="stable")]
    return order


def values(moment: Moment, sort: Sort) -> Values:
    """Return numbers by id of the audio file that sort upwards by one key of a sort, NaN where there is no value."""
    np, key = numpy(), sort.key
    if key == "name":
        found: Values = np.full(moment.state.last_audio + 1, np.nan)
        by_name = moment.by_name()
        found[by_name.order] = by_name.steps(moment.connection)
    elif key == "path":
        found = moment.folder_ranks()[moment.folders().of_path][moment.shown().path_of]
        found[moment.shown().path_of == 0] = np.nan
    elif key == "modified":
        found = moment.column(key).values[moment.shown().path_of]
    else:
        found = moment.column(key).values
    return found


def folder_ranks(connection: sqlite3.Connection) -> Values:
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
