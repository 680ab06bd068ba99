"""Scanning: which sources, are they there, and the scan itself."""

from __future__ import annotations

import contextlib
import gc
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.catalog import derive, files, problems, sources
from ctk_tui.catalog.forget import rehome
from ctk_tui.model.errors import UsageError
from ctk_tui.model.report import ScanReport, SourceOutcome
from ctk_tui.scan.patterns import make_filter
from ctk_tui.scan.scanner import Scanner
from ctk_tui.scan.walker import Target
from ctk_tui.toolkit.looking import look_at
from ctk_tui.toolkit.nesting import inside
from ctk_tui.workers.pool import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor

    from ctk_tui.catalog.sources import SourceRow
    from ctk_tui.model.job import Job
    from ctk_tui.model.settings import SourceSettings
    from ctk_tui.scan.roots import Look
    from ctk_tui.toolkit.toolkit import Toolkit

MOST_WORKERS = 8
"""More readers than this wait for one drive, whatever the cores."""


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """How to scan."""

    full: bool = False
    """Read again what size and time call unchanged."""
    accept_volume: bool = False
    """The user says that another volume than before is right."""
    accept_empty: bool = False
    """The user says that an empty root was emptied."""
    executor: Callable[[], Executor] | None = None
    """Gives another executor than local worker processes, such as a cluster's."""


def scan(toolkit: Toolkit, names: Sequence[str], options: ScanOptions, job: Job) -> ScanReport:
    """Scan sources; the caller runs it as a job.

    Args:
        toolkit: the open toolkit.
        names: names of sources or paths of folders in them; empty for all enabled ones.
        options: how.
        job: counters, and whether to go on.
    """
    rows = {row.name: row for row in sources.rows(toolkit.database)}
    early: list[SourceOutcome] = []
    targets: list[Target] = []
    for name, start in wanted(toolkit, names):
        row, settings = rows[name], toolkit.settings.source(name)
        assert settings is not None  # for mypy: wanted names configured sources
        if not settings.enabled and not names:
            early.append(SourceOutcome(name, row.path, "disabled"))
            continue
        seen = look_at(toolkit.database, row, accept_volume=options.accept_volume, accept_empty=options.accept_empty)
        store_look(toolkit, row, seen)
        twin = _twin(toolkit, settings)
        if twin:
            rehome(toolkit.database, row.id, rows[twin].id, b"")
            early.append(
                SourceOutcome(name, row.path, "ok", f"the same folder as the source {twin}, which has its files")
            )
        elif seen.online:
            if options.accept_volume:
                _accept(toolkit, row, seen)
            targets.append(_target(toolkit, row, settings, seen, start))
        else:
            early.append(SourceOutcome(name, row.path, "offline", f"{seen.reason}; {seen.hint}".rstrip("; ")))
    report = _scan(toolkit, targets, options, job)
    report.sources[:0] = early
    report.sources.sort(key=lambda outcome: rows[outcome.name].position)
    return report


def _accept(toolkit: Toolkit, row: SourceRow, seen: Look) -> None:
    if seen.volume is not None and row.volume not in ("", seen.volume.identity):
        files.move_volume(toolkit.database, row.id, row.volume, seen.volume.identity)
        derive.refresh_source(toolkit.database, row.id)


def _scan(toolkit: Toolkit, targets: list[Target], options: ScanOptions, job: Job) -> ScanReport:
    volumes = len({target.volume.identity for target in targets}) or 1
    workers = toolkit.settings.scan.workers or min(MOST_WORKERS, os.cpu_count() or 1)
    # A slow network drive may keep as many workers busy as it has chunks in flight; the others need one each.
    pool = workers + volumes - 1
    scanner = Scanner(
        toolkit.database,
        toolkit.settings.scan,
        targets,
        _roots(toolkit),
        options.executor or (lambda: WorkerPool(pool)),
        max(2, pool // volumes + 1),
        job,
        full=options.full,
    )
    with _rarely_collected():
        return scanner.run()


@contextlib.contextmanager
def _rarely_collected() -> Iterator[None]:
    """Let Python look for cycles less often: a scan holds a hundred thousand values, and makes hardly a cycle.

    By Python's own measure 4 % of a first scan went into that.
    """
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def wanted(toolkit: Toolkit, names: Sequence[str]) -> list[tuple[str, bytes]]:
    """Return source names with the relative folder to begin at, in the order of the configuration.

    Args:
        toolkit: the open toolkit.
        names: names of sources or paths of folders in them; empty for all.

    Raises:
        UsageError: a name is no source, or there is none at all.
    """
    configured = toolkit.settings.sources
    if not configured:
        raise UsageError("there is no source to scan", "add one: `ctk sources add NAME PATH`")
    if not names:
        return [(source.name, b"") for source in configured]
    found = []
    for name in names:
        if toolkit.settings.source(name) is not None:
            found.append((name, b""))
        else:
            found.append(_source_of(configured, name))
    order = [source.name for source in configured]
    return sorted(set(found), key=lambda one: (order.index(one[0]), one[1]))


def _source_of(configured: Sequence[SourceSettings], name: str) -> tuple[str, bytes]:
    """Return the innermost source that a folder lies in, and its relative path."""
    if os.sep not in name and not name.startswith(("~", ".")):
        known = ", ".join(source.name for source in configured)
        raise UsageError(f"there is no source called {name!r}", f"the sources are: {known}")
    path = os.path.realpath(os.path.expanduser(os.fsencode(name)))
    best: tuple[bytes, str, bytes] | None = None
    for source in configured:
        root = os.path.realpath(os.fsencode(source.path))
        rel = b"" if path == root else inside(path, root)
        if rel is not None and (best is None or len(root) > len(best[0])):
            best = (root, source.name, rel)
    if best is None:
        raise UsageError(f"{name}: lies in no source", "`ctk sources add NAME PATH` makes it one")
    # Where the root is away too, the source is offline, and that is what is to be told.
    if not os.path.isdir(path) and os.path.isdir(best[0]):
        raise UsageError(f"{name}: not a folder", "name a folder, or the source that it was in")
    return best[1], best[2]


def _twin(toolkit: Toolkit, settings: SourceSettings) -> str:
    """Return the name of an earlier source whose root is the same real folder, "" when there is none."""
    for source in toolkit.settings.sources:
        if source.name == settings.name:
            return ""
        try:
            if os.path.samefile(source.path, settings.path):
                return source.name
        except OSError:
            continue
    return ""


def _target(toolkit: Toolkit, row: SourceRow, settings: SourceSettings, seen: Look, start: bytes) -> Target:
    assert seen.volume is not None  # for mypy: an online root has one
    names = make_filter(
        toolkit.settings.scan.extensions,
        (*toolkit.settings.scan.exclude, *settings.exclude),
        settings.protect,
        whole_protected=row.protected,
        case_blind=seen.volume.case_blind,
    )
    return Target(
        row, settings, seen.volume, os.stat(row.path).st_dev, names,
        problems.of_source(toolkit.database, row.id), start, seen.empty,
    )  # fmt: skip


def _roots(toolkit: Toolkit) -> frozenset[tuple[int, int]]:
    """Return device and inode of every root that is there: what lies below another source's root is its own."""
    found = set()
    for source in toolkit.settings.sources:
        try:
            status = os.stat(source.path)
        except OSError:
            continue
        found.add((status.st_dev, status.st_ino))
    return frozenset(found)


def store_look(toolkit: Toolkit, row: SourceRow, seen: Look) -> None:
    """Store whether a source is online, and bring the contents in it up to date when that changed."""
    status = "ok" if seen.online else "offline"
    if toolkit.database.read_only:
        return
    if sources.set_seen(toolkit.database, row.id, status, seen.reason, online=seen.online):
        derive.refresh_source(toolkit.database, row.id)
