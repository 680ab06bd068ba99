"""The sources: what they are, editing them, scanning them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ctk_tui.catalog import derive, files, problems, sources, stats
from ctk_tui.catalog.forget import forget_source
from ctk_tui.config import edit
from ctk_tui.disk.volume import mounted_volumes
from ctk_tui.model.errors import Refused, UsageError
from ctk_tui.model.source import SourceState
from ctk_tui.scan.roots import elsewhere, volume_of
from ctk_tui.toolkit.looking import look_at
from ctk_tui.toolkit.nesting import inside, real_root
from ctk_tui.toolkit.scanning import ScanOptions, scan, store_look, wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.catalog.sources import SourceRow
    from ctk_tui.model.job import Job
    from ctk_tui.model.report import ScanReport
    from ctk_tui.toolkit.toolkit import Toolkit


class SourcesFacade:
    """The sources.

    Args:
        toolkit: the open toolkit.
    """

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit = toolkit
        self._database = toolkit.database

    def look_around(self) -> None:
        """See which sources are there now, and store it, so that lists tell what is offline."""
        for row in sources.rows(self._database):
            store_look(self._toolkit, row, look_at(self._database, row))

    def states(self) -> list[SourceState]:
        """Return all sources in the order of the configuration, those that the catalog alone still knows last."""
        totals = stats.per_source(self._database)
        found = []
        for row in sources.rows(self._database):
            total = totals.get(row.id, stats.SourceTotal(0, 0, 0, 0.0))
            disabled = row.configured and not row.enabled and row.online
            found.append(
                SourceState(
                    row.name,
                    Path(os.fsdecode(row.path)),
                    row.enabled,
                    "disabled" if disabled else row.status,  # type: ignore[arg-type]  # the table holds no other words
                    row.reason,
                    row.protected,
                    row.removable,
                    total.files,
                    total.paths,
                    total.bytes,
                    total.duration_secs,
                    row.last_scan,
                    row.configured,
                    None if row.online else elsewhere(row),
                )
            )
        return found

    def mounted(self) -> list[Path]:
        """Return where the drives of a user are mounted now."""
        return [volume.mount_point for volume in mounted_volumes()]

    def errors(self, name: str) -> list[tuple[bytes, str]]:
        """Return what could not be catalogued in a source, as absolute paths with the reasons, in their order.

        Raises:
            UsageError: there is no such source.
        """
        row = self._row(name)
        found = problems.of_source(self._database, row.id)
        return [(os.path.join(row.path, rel), found[rel].reason) for rel in sorted(found)]

    def check(self, names: Sequence[str]) -> None:
        """Raise UsageError where `scan` would: a name is no source, or there is none at all."""
        wanted(self._toolkit, names)

    def scan(self, names: Sequence[str] = (), options: ScanOptions | None = None, job: Job | None = None) -> ScanReport:
        """Scan sources under the scan lock, as a job.

        Args:
            names: names of sources or paths of folders in them; empty for all enabled ones.
            options: how.
            job: the job to count on, where the caller samples or cancels it.

        Raises:
            Busy: another ctk scans, applies, undoes or prunes.
            UsageError: a name is no source.
        """
        chosen = options or ScanOptions()
        return self._toolkit.jobs.run("scan", lambda running: scan(self._toolkit, names, chosen, running), job=job)

    def add(
        self, name: str, path: Path, *, exclude: Sequence[str] = (), protected: bool = False, removable: bool = False
    ) -> str:
        """Add a source to the configuration.

        Returns:
            A sentence for the user where the new source lies inside another or around one, else "".

        Raises:
            UsageError: the folder is not there, or is a source already.
            Refused: the volume is that of a source which is offline: `relocate` is meant.
        """
        root = Path(os.path.abspath(path.expanduser()))
        if not root.is_dir():
            raise UsageError(f"{root}: not a folder", "name the root folder of the files")
        self._refuse_twin(root)
        note = self._nesting(root)
        edit.add_source(
            self._toolkit.config_path, name, root, exclude=exclude, protected=protected, removable=removable
        )
        self._toolkit.reload()
        return note

    def _refuse_twin(self, root: Path) -> None:
        real = os.path.realpath(os.fsencode(root))
        for known in self._toolkit.settings.sources:
            if real_root(known) == real:
                raise UsageError(f"{root} is the source {known.name} already")
        volume = volume_of(root)
        for row in sources.rows(self._database):
            if volume is None or not volume.known or not row.configured or row.online or row.volume != volume.identity:
                continue
            if elsewhere(row) == root:
                raise Refused(
                    f"{root} is the volume of the source {row.name}, which is offline at {os.fsdecode(row.path)}",
                    f"`ctk sources relocate {row.name} {root}` keeps everything that is known of its files",
                )

    def _nesting(self, root: Path) -> str:
        real = os.path.realpath(os.fsencode(root))
        for known in self._toolkit.settings.sources:
            other = real_root(known)
            if inside(real, other) is not None:
                return f"it lies inside the source {known.name}; its files are its own from now on"
            if inside(other, real) is not None:
                return f"the source {known.name} lies inside it; that one keeps its files"
        return ""

    def _row(self, name: str) -> SourceRow:
        for row in sources.rows(self._database):
            if row.name == name:
                return row
        known = ", ".join(row.name for row in sources.rows(self._database)) or "none yet"
        raise UsageError(f"there is no source called {name!r}", f"the sources are: {known}")

    def require(self, name: str) -> None:
        """Raise UsageError unless there is a source of this name, configured or remembered."""
        self._row(name)

    def remove(self, name: str) -> int:
        """Take a source out of the configuration and forget its paths; files, labels and decisions stay.

        Returns:
            How many paths were forgotten.
        """
        row = self._row(name)

        def work(_: Job) -> int:
            if row.configured:
                edit.remove_source(self._toolkit.config_path, name)
            return forget_source(self._database, row.id)

        count: int = self._toolkit.jobs.run("prune", work)
        self._toolkit.reload()
        return count

    def enable(self, name: str, *, enabled: bool) -> None:
        """Let `scan` scan a source, or leave it out."""
        self._row(name)
        edit.set_enabled(self._toolkit.config_path, name, enabled)
        self._toolkit.reload()

    def relocate(self, name: str, path: Path) -> None:
        """Say that a source lies elsewhere now; nothing is read again.

        Raises:
            Busy: another ctk scans, applies, undoes or prunes.
            UsageError: there is no such source or folder.
        """
        row = self._row(name)
        root = Path(os.path.abspath(path.expanduser()))
        if not root.is_dir():
            raise UsageError(f"{root}: not a folder", "name where the files of the source are now")

        def work(_: Job) -> None:
            edit.relocate(self._toolkit.config_path, name, root)
            self._toolkit.reload()
            volume = volume_of(root)
            if volume is not None:
                if row.volume not in ("", volume.identity):
                    files.move_volume(self._database, row.id, row.volume, volume.identity)
                sources.set_volume(self._database, row.id, volume.identity, known=volume.known, held=row.held)
            store_look(self._toolkit, self._row(name), look_at(self._database, self._row(name)))
            derive.refresh_source(self._database, row.id)

        self._toolkit.jobs.run("prune", work)

    def protect(self, name: str, pattern: str) -> None:
        """Protect the parts of a source that match a git-wildmatch pattern."""
        self._row(name)
        edit.protect(self._toolkit.config_path, name, pattern)
        self._toolkit.reload()
