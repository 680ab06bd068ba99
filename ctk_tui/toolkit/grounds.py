"""The sources as file operations need them: looked at now, with what is protected in them."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from ctk_tui.catalog import sources
from ctk_tui.catalog.holdings import known_folders
from ctk_tui.files.places import Ground, Places, topmost
from ctk_tui.scan.patterns import make_filter
from ctk_tui.toolkit.looking import look_at
from ctk_tui.toolkit.nesting import real_root
from ctk_tui.toolkit.scanning import store_look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctk_tui.catalog.sources import SourceRow
    from ctk_tui.scan.patterns import Filter
    from ctk_tui.scan.roots import Look
    from ctk_tui.toolkit.toolkit import Toolkit


def look_at_places(toolkit: Toolkit) -> Places:
    """Look at all sources now, and store which are there."""
    grounds = []
    protected: set[tuple[int, int]] = set()
    real_roots = {}
    for row in sources.rows(toolkit.database):
        seen = look_at(toolkit.database, row)
        store_look(toolkit, row, seen)
        ground, names = _ground(toolkit, row, seen)
        grounds.append(ground)
        if seen.online:
            protected.update(_identities(_protected_folders(toolkit, row, names)))
        settings = toolkit.settings.source(row.name)
        if settings is not None:
            real_roots[row.name] = real_root(settings)
    return Places(tuple(grounds), frozenset(protected), real_roots)


def _ground(toolkit: Toolkit, row: SourceRow, seen: Look) -> tuple[Ground, Filter]:
    settings = toolkit.settings.source(row.name)
    volume = seen.volume if seen.online else None
    names = make_filter(
        toolkit.settings.scan.extensions,
        (*toolkit.settings.scan.exclude, *(settings.exclude if settings else ())),
        row.protect,
        whole_protected=row.protected,
        case_blind=volume.case_blind if volume else False,
    )
    ground = Ground(
        row.id, row.name, row.root, row.enabled, seen.online, seen.reason,
        volume.identity if volume else row.volume, volume.fstype if volume else "",
        volume.case_blind if volume else False, volume.coarse_mtime if volume else False,
        os.fsencode(settings.quarantine) if settings else b"", names.protects, _takes(names),
    )  # fmt: skip
    return ground, names


def _takes(names: Filter) -> Callable[[bytes], bool]:
    """Return whether a scan would catalog a file at a relative path."""

    def takes(rel: bytes) -> bool:
        parts = rel.split(b"/")
        inside = all(names.takes_folder(b"/".join(parts[: at + 1]), part) for at, part in enumerate(parts[:-1]))
        return inside and names.takes_file(rel, parts[-1])

    return takes


def _protected_folders(toolkit: Toolkit, row: SourceRow, names: Filter) -> Iterator[bytes]:
    """Yield the protected folders of a source that are the highest, absolute."""
    if row.protected:
        yield row.path
    elif row.protect:
        for rel in topmost(
            known_folders(toolkit.database, row.id), lambda rel: bool(rel) and names.protects(rel + b"/")
        ):
            yield row.root + b"/" + rel
        # Another source may have them, by a bind mount; then the catalog has no such folder of this one.
        for pattern in row.protect:
            rel = _literal(pattern)
            if rel and names.protects(rel + b"/"):
                yield row.root + b"/" + rel


def _literal(pattern: str) -> bytes:
    """Return the folder that a pattern begins with, up to its first part with a wildcard."""
    parts = pattern.strip("/").split("/")
    plain = next((at for at, part in enumerate(parts) if set(part) & set("*?[\\")), len(parts))
    return os.fsencode("/".join(parts[:plain]))


def _identities(folders: Iterator[bytes]) -> Iterator[tuple[int, int]]:
    for path in folders:
        with contextlib.suppress(OSError):
            status = os.stat(path)
            yield status.st_dev, status.st_ino
