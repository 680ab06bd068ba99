"""Sources inside sources: which of two owns a path, and what is protected by the one around it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctk_tui.catalog.files import protect_paths
from ctk_tui.catalog.forget import rehome
from ctk_tui.catalog.sources import rows
from ctk_tui.scan.patterns import compiled, make_filter

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ctk_tui.catalog.connection import Database
    from ctk_tui.model.settings import Settings, SourceSettings


def real_root(source: SourceSettings) -> bytes:
    """Return the root of a source with symbolic links followed, as far as it is there."""
    return os.path.realpath(os.fsencode(source.path))


def inside(path: bytes, root: bytes) -> bytes | None:
    """Return `path` relative to `root`, None when it does not lie below it (or is it)."""
    start = root.rstrip(b"/") + b"/"
    return path[len(start) :] if path.startswith(start) else None


def whole_protected(sources: Sequence[SourceSettings]) -> list[bool]:
    """Return for each source whether all of it is protected: by itself, or by what a source around it protects."""
    roots = [real_root(source) for source in sources]
    answers = []
    for source, root in zip(sources, roots, strict=True):
        around = [(outer, inside(root, outer_root)) for outer, outer_root in zip(sources, roots, strict=True)]
        by_outer = any(rel is not None and _protects(outer, rel) for outer, rel in around)
        # Two names of one folder: protected wins, whichever the user meant.
        by_twin = any(other.protected for other, other_root in zip(sources, roots, strict=True) if other_root == root)
        answers.append(source.protected or by_outer or by_twin)
    return answers


def _protects(outer: SourceSettings, rel: bytes) -> bool:
    if outer.protected:
        return True
    pattern = compiled(outer.protect, case_blind=False)
    return pattern is not None and pattern.match(rel + b"/") is not None


def rehome_nested(database: Database, configured: Sequence[SourceSettings]) -> None:
    """Give each path to the innermost source that it lies in: one was added, or moved, inside another."""
    ids = {row.name: row.id for row in rows(database)}
    roots = {source.name: real_root(source) for source in configured}
    # The widest first, so that a path goes down one source at a time and ends in the innermost.
    for outer in sorted(configured, key=lambda source: len(roots[source.name])):
        for inner in configured:
            rel = inside(roots[inner.name], roots[outer.name])
            if rel is not None:
                rehome(database, ids[outer.name], ids[inner.name], rel + b"/")


def guard(database: Database, settings: Settings, source_ids: Collection[int]) -> None:
    """Bring the protected mark of the paths in these sources up to date."""
    for row in rows(database):
        source = settings.source(row.name)
        if row.id in source_ids and source is not None:
            names = make_filter((), (), source.protect, whole_protected=row.protected, case_blind=False)
            protect_paths(database, row.id, names.protects)
