"""The end of a source's scan: what is missing, what the configuration left out, which errors are no more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctk_tui.catalog import derive, files, problems, sources
from ctk_tui.disk.reasons import reason
from ctk_tui.model.report import SourceOutcome

if TYPE_CHECKING:
    from ctk_tui.catalog.connection import Database
    from ctk_tui.catalog.ingest import Ingest
    from ctk_tui.model.report import ScanReport
    from ctk_tui.scan.walker import Target

HALF_AT_LEAST = 100
"""Files: fewer than these may go at once without a word, as half of a small folder often does."""
SLICE = 1000
"""Paths a transaction, about 50 ms."""


def still_there(target: Target) -> str:
    """Return "" while the root of a source is what it was when its scan began, else what became of it."""
    try:
        status = os.stat(target.row.path)
    except OSError as error:
        return f"went away during the scan: {reason(error)}"
    if status.st_dev != target.dev:
        return "another volume lies there since the scan began"
    return ""


def finish(
    database: Database, target: Target, report: ScanReport, ingest: Ingest, now: float, *, cancelled: bool
) -> None:
    """Close the books of one source.

    Args:
        database: the catalog.
        target: the source, walked.
        report: gets the outcome.
        ingest: the writer of this scan.
        now: the time of the scan.
        cancelled: nothing can be said of what was not reached.
    """
    row = target.row
    target.lost = target.lost or still_there(target)
    if cancelled:
        report.sources.append(SourceOutcome(row.name, row.path, "cancelled"))
        return
    if target.lost:
        sources.set_seen(database, row.id, "lost", target.lost, online=False)
        derive.refresh_source(database, row.id)
        report.sources.append(SourceOutcome(row.name, row.path, "lost", target.lost))
        return
    before = files.count_present(database, row.id)
    _vanished_folders(database, target)
    missing = _mark_missing(database, target, now)
    _forget(database, target, ingest)
    _drop_old_problems(database, target)
    report.counts["missing"] += missing
    if missing >= HALF_AT_LEAST and missing * 2 > before:
        report.notes.append(
            f"{row.name}: {missing:,} of {before:,} files are gone at once; they are kept as missing"
            f" (if that is wrong, look at the drive and scan again)"
        )
    if not target.start:
        sources.set_volume(database, row.id, target.volume.identity, known=target.volume.known, held=not target.empty)
        sources.set_scanned(database, row.id, now, complete=True)
    report.sources.append(SourceOutcome(row.name, row.path, "ok"))


def _vanished_folders(database: Database, target: Target) -> None:
    """Add the paths of folders that the walk did not meet any more to what is missing or left out."""
    walk = target.walk
    assert walk is not None  # for mypy: it was walked
    inside = target.start + b"/" if target.start else b""
    with database.read() as connection:
        for rel, folder_id in target.folders.items():
            if rel in walk.listed or rel in walk.failed or not (rel == target.start or rel.startswith(inside)):
                continue
            fate, dev = _fate(target, rel)
            if fate == "unknown":
                continue
            rows = files.in_folder(connection, folder_id)
            if fate == "left out":
                target.forgotten.extend(row[0] for row in rows)
                continue
            # A mount point that went away with its volume: its files are on that volume, not gone.
            volume_id, _ = target.volumes.get(dev, (-1, False))
            target.missing.extend((row[0], row[2]) for row in rows if row[7] == "present" and row[6] == volume_id)


def _fate(target: Target, rel: bytes) -> tuple[str, int]:
    """Return what became of a folder that was not met: gone, left out or unknown; and its nearest parent's device."""
    walk = target.walk
    assert walk is not None  # for mypy: it was walked
    while True:
        if rel in walk.pruned:
            return "left out", 0
        if rel in walk.failed or rel == b"":
            return "unknown", 0
        rel = rel.rpartition(b"/")[0]
        if rel in walk.listed and rel not in walk.pruned:
            return "gone", walk.listed[rel]


def _mark_missing(database: Database, target: Target, now: float) -> int:
    count = 0
    for part in derive.slices(target.missing, SLICE):
        with database.write() as connection:
            paths, audio_ids = files.mark_missing(connection, target.row.id, part, now)
            derive.refresh(connection, audio_ids)
        count += paths
    return count


def _forget(database: Database, target: Target, ingest: Ingest) -> None:
    for part in derive.slices(target.forgotten, SLICE):
        with database.write() as connection:
            audio_ids = files.audio_of(connection, part)
            ingest.forget(connection, part)
            derive.refresh(connection, audio_ids)


def _drop_old_problems(database: Database, target: Target) -> None:
    """Forget errors of files that are fine, gone or left out now: those of folders that were looked into, or are gone.

    A file that cannot be decoded has its row in paths too; while that says that it is there, as on a mount that is
    unplugged, its error stays.
    """
    walk = target.walk
    assert walk is not None  # for mypy: it was walked
    quiet = [(problem, problem.rel.rpartition(b"/")[0]) for rel, problem in target.problems.items()
             if rel not in target.told]  # fmt: skip
    solved = [problem for problem, folder in quiet if problem.rel in walk.listed or folder in walk.listed]
    vanished = [problem for problem, folder in quiet if folder not in walk.listed and folder not in walk.failed
                and problem.rel not in walk.listed and _fate(target, folder)[0] != "unknown"]  # fmt: skip
    with database.read() as connection:
        solved += [one for one in vanished if not files.is_present(connection, target.row.id, one.rel)]
    if solved:
        with database.write() as connection:
            problems.drop(connection, [(target.row.id, problem.rel) for problem in solved])
