"""What a plan does, folder by folder."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from ctk_tui.catalog.holdings import in_folders
from ctk_tui.model.plan import LEFT_LINK, SIDECAR, FolderReview, Operation, totals

if TYPE_CHECKING:
    from collections.abc import Collection

    from ctk_tui.catalog.connection import Database
    from ctk_tui.files.places import Places
    from ctk_tui.model.plan import Plan


def review(database: Database, places: Places, plan: Plan) -> list[FolderReview]:
    """Return what a plan does in each folder that it takes files from, the largest loss first."""
    files: Counter[bytes] = Counter()
    size: Counter[bytes] = Counter()
    last: Counter[bytes] = Counter()
    kept: defaultdict[bytes, Counter[str]] = defaultdict(Counter)
    for operation in plan.operations:
        if operation.reason in (SIDECAR, LEFT_LINK):
            continue
        folder = os.path.dirname(operation.path)
        files[folder] += 1
        size[folder] += operation.file_size
        last[folder] += operation.last
        if operation.keeper is not None:
            place = places.find(operation.keeper)
            kept[folder][place.ground.name if place is not None else ""] += 1
    where = {folder: places.find(os.path.join(folder, b"x")) for folder in files}
    known = in_folders(database, [(place.ground.id, place.folder) for place in where.values() if place is not None])
    found = []
    for folder, number in files.items():
        place = where[folder]
        of = known[place.ground.id, place.folder] if place is not None else number
        most = tuple(kept[folder].most_common())
        found.append(FolderReview(folder, number, max(of, number), size[folder], last[folder], most))
    return sorted(found, key=lambda one: (-one.size, one.folder))


def without(plan: Plan, paths: Collection[bytes]) -> Plan:
    """Return a plan without the operations on some paths, and without what follows these."""
    out = set(paths)
    kept: list[Operation] = []
    dropped = False
    for operation in plan.operations:
        if operation.reason not in (SIDECAR, LEFT_LINK):
            dropped = operation.path in out
        if not dropped and operation.path not in out:
            kept.append(operation)
    return replace(plan, operations=tuple(kept), totals=totals(kept))
