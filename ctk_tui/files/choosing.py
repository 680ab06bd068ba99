"""From what the user asked for to paths of the catalog."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.catalog.holdings import holdings, present_at
from ctk_tui.catalog.subjects import meant_paths
from ctk_tui.model.plan import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.catalog.connection import Database
    from ctk_tui.files.places import Places
    from ctk_tui.model.holding import Holding
    from ctk_tui.model.query.nodes import Query


@dataclass(slots=True)
class Chosen:
    """What the user asked for."""

    every: dict[int, list[Holding]]
    """Of each audio file all its paths, in the order in which they would be primary."""
    asked: dict[int, list[Holding]] = field(default_factory=dict)
    """Of each audio file the present paths that are meant, in the same order; the files as the question orders them."""
    refused: list[Refusal] = field(default_factory=list)

    def first(self) -> list[Holding]:
        """Return one path of each audio file: the first online one that is meant, else the first."""
        return [next((one for one in paths if one.online), paths[0]) for paths in self.asked.values() if paths]


def choose_paths(
    database: Database, places: Places, ids: Sequence[int], query: Query | None, paths: Sequence[bytes], now: float
) -> Chosen:
    """Return the paths that are meant.

    Args:
        database: the catalog.
        places: all sources.
        ids: audio files.
        query: narrows which of their paths are meant: those at which it holds; None for the ones that lists show.
        paths: exact paths beside them, absolute.
        now: the moment that relative dates of the query count from.
    """
    exact: list[Holding] = []
    refused = []
    with database.read() as connection:
        for path in paths:
            place = places.find(path)
            found = present_at(connection, place.ground.id, place.rel) if place is not None else None
            if found is None:
                refused.append(Refusal(path, "outside", "not in the catalog: scan its source first"))
            else:
                exact.append(found)
    chosen = Chosen(holdings(database, [*ids, *(one.audio_id for one in exact)]), refused=refused)
    meant = meant_paths(database, ids, query, now) if query is not None else None
    for audio_id in dict.fromkeys(ids):
        _ask(chosen, audio_id, meant)
    for one in exact:
        asked = chosen.asked.setdefault(one.audio_id, [])
        if one not in asked:
            asked.append(one)
    return chosen


def _ask(chosen: Chosen, audio_id: int, meant: set[int] | None) -> None:
    every = chosen.every.get(audio_id, [])
    wanted = [one for one in every if (one.primary if meant is None else one.path_id in meant)]
    present = [one for one in wanted if one.state == "present"]
    if present:
        chosen.asked[audio_id] = present
    for one in wanted:
        if one.state != "present":
            words = "in quarantine already" if one.state == "quarantined" else "not found at the last scan"
            chosen.refused.append(Refusal(one.path, "missing", words))
