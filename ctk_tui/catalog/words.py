"""Finding audio files by words: every word in the relative path or the tags of one of its paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.model.text import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.catalog.connection import Database


def with_words(database: Database, words: Sequence[str]) -> list[int]:
    """Return the ids of listed audio files that have all words, by name; hits in the name come first."""
    wanted = [folded(word) for word in words]
    tests = "".join(" AND instr(p.search, ?) > 0" for _ in wanted)
    with database.read() as connection:
        rows = connection.execute(
            "SELECT a.id, p.rel FROM audio a JOIN paths p ON p.audio_id = a.id"
            f" WHERE a.state < 2 AND p.state = 'present'{tests}",
            wanted,
        ).fetchall()
    best: dict[int, tuple[bool, str]] = {}
    for audio_id, rel in rows:
        name = folded(rel.rpartition(b"/")[2].decode("utf-8", "replace"))
        key = (not all(word in name for word in wanted), name)
        best[audio_id] = min(best.get(audio_id, key), key)
    return sorted(best, key=lambda audio_id: (best[audio_id], audio_id))
