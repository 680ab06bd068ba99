"""The doctor: looks at everything, mends what can be mended, prunes what is surely gone."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from ctk_tui.catalog import derive, health, migrations, problems, sources, stats
from ctk_tui.catalog.forget import all_paths, forget_orphans, forget_paths, forget_source, missing_paths, orphans
from ctk_tui.catalog.search import check as search_index
from ctk_tui.catalog.search.backlog import waiting
from ctk_tui.catalog.search.upkeep import rebuild
from ctk_tui.model.doctor import Check
from ctk_tui.model.errors import UsageError
from ctk_tui.model.format import count, size
from ctk_tui.scan.roots import elsewhere, volume_of
from ctk_tui.toolkit.doctor_embeddings import embeddings
from ctk_tui.toolkit.doctor_embeddings import repair as repair_embeddings
from ctk_tui.toolkit.doctor_model import classifier
from ctk_tui.toolkit.doctor_sound import hearing
from ctk_tui.toolkit.looking import look_at
from ctk_tui.toolkit.surroundings import backups, terminal
from ctk_tui.toolkit.unfinished import unfinished

if TYPE_CHECKING:
    from ctk_tui.model.job import Job
    from ctk_tui.toolkit.toolkit import Toolkit


class Doctor:
    """Checks of one catalog.

    Args:
        toolkit: the open toolkit.
    """

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit = toolkit
        self._database = toolkit.database

    def checks(self) -> list[Check]:
        """Look at everything; nothing is changed."""
        return [
            self._sound(),
            self._consistent(),
            self._index(),
            self._place(),
            backups(self._database.path),
            *self._sources(),
            self._missing(),
            self._errors(),
            self._orphans(),
            self._unfinished(),
            self._quarantine(),
            self._jobs(),
            *hearing(self._toolkit.settings.audio),
            classifier(self._toolkit.classifier),
            embeddings(self._database, self._toolkit.classifier),
            terminal(),
        ]

    def _sound(self) -> Check:
        wrong = health.faults(self._database)
        if wrong:
            hint = "put back a backup (below), or move the file away and scan again"
            return Check("database", "error", "; ".join(wrong[:3]).replace("\n", " "), hint)
        return Check("database", "ok", f"{self._database.path}, schema {migrations.VERSION}")

    def _consistent(self) -> Check:
        wrong = health.inconsistencies(self._database)
        if wrong:
            return Check("catalog", "error", "; ".join(wrong), "`ctk doctor --repair` derives them anew")
        return Check("catalog", "ok", "everything follows from the paths as it should")

    def _index(self) -> Check:
        wrong = search_index.check(self._database)
        if wrong:
            return Check("search index", "error", "; ".join(wrong[:3]), "`ctk doctor --repair` builds it anew")
        number = waiting(self._database)
        return Check("search index", "ok", f"sound, {count(number, 'row')} to come" if number else "sound, complete")

    def _place(self) -> Check:
        volume = volume_of(self._database.path.parent)
        if volume is not None and volume.network:
            return Check(
                "place",
                "error",
                f"the catalog lies on a network file system ({volume.fstype}): locks there cannot be trusted",
                "move it to a local disk and name it with [database] path, --db or $CTK_DB",
            )
        if self._database.read_only:
            return Check("place", "warn", "the catalog cannot be written", "make the file and its folder writable")
        return Check("place", "ok", "on a local file system, writable")

    def _sources(self) -> list[Check]:
        found = []
        for row in sources.rows(self._database):
            seen = look_at(self._database, row)
            if seen.online:
                known = seen.volume is not None and seen.volume.known
                kind = seen.volume.fstype if seen.volume else "?"
                detail = f"{os.fsdecode(row.path)} ({kind}, {'known' if known else 'unknown'} volume)"
                found.append(Check(f"source {row.name}", "ok", detail))
                continue
            place = elsewhere(row)
            hint = f"`ctk sources relocate {row.name} {place}`" if place else seen.hint
            found.append(
                Check(f"source {row.name}", "ok" if row.removable else "warn", f"offline: {seen.reason}", hint)
            )
        if not found:
            found.append(Check("sources", "warn", "none is configured", "`ctk sources add NAME PATH`"))
        return found

    def _missing(self) -> Check:
        number = stats.stats(self._database).missing
        if number:
            return Check("missing", "warn", f"{count(number, 'audio file')} not found at the last scan",
                         "`ctk doctor --prune` forgets those that are surely gone")  # fmt: skip
        return Check("missing", "ok", "none")

    def _errors(self) -> Check:
        number = problems.count(self._database)
        if number:
            detail = f"{count(number, 'file or folder', 'files and folders')} could not be read or decoded"
            return Check(
                "errors", "warn", detail, "`ctk -v scan` lists them with their reasons; `ctk search is:broken`"
            )
        return Check("errors", "ok", "none")

    def _orphans(self) -> Check:
        number = orphans(self._database)
        if number:
            detail = f"{count(number, 'sound')} without a path, kept for labels and decisions"
            return Check("orphans", "ok", detail, "`ctk doctor --prune --orphans` forgets them")
        return Check("orphans", "ok", "none")

    def _unfinished(self) -> Check:
        names = unfinished(self._toolkit)
        if names:
            detail = f"{count(len(names), 'file operation')} interrupted: {', '.join(names)}"
            return Check("operations", "warn", detail, "`ctk doctor --repair` puts them in order")
        return Check("operations", "ok", "none was interrupted")

    def _quarantine(self) -> Check:
        held = self._toolkit.files.quarantine()
        if not held:
            return Check("quarantine", "ok", "empty")
        days = int((time.time() - held[0].at) // 86400)
        whole = size(sum(one.size for one in held))
        detail = f"{count(len(held), 'file')}, {whole}, the oldest {count(days, 'day')} old"
        return Check("quarantine", "ok", detail, "`ctk quarantine empty --older-than 30` wins the space")

    def _jobs(self) -> Check:
        running = [info for info in self._toolkit.jobs.list() if info.state == "running"]
        if running:
            return Check("jobs", "ok", ", ".join(f"{info.kind} ({info.id}) runs" for info in running))
        return Check("jobs", "ok", "none runs")

    def repair(self) -> list[str]:
        """Derive anew what follows from the paths and from embeddings, the search index too; return what was wrong."""
        wrong = health.inconsistencies(self._database)
        for row in sources.rows(self._database):
            derive.refresh_source(self._database, row.id)
        derive.refresh_all_twins(self._database)
        damaged = search_index.check(self._database)
        if damaged:
            rebuild(self._database)
        return wrong + damaged + repair_embeddings(self._database)

    def prunable(self, source: str | None = None) -> dict[str, list[int]]:
        """Return the missing paths that are surely gone, by source, each looked at now.

        Of a source that the configuration no longer names, all paths. Of the others: the source must be there with the
        volume it had, and walked to the end since the path went missing. Quarantined paths are never among them.

        Raises:
            UsageError: there is no source of that name.
        """
        rows = sources.rows(self._database)
        if source is not None and source not in {row.name for row in rows}:
            raise UsageError(f"there is no source called {source!r}", "`ctk sources` lists them")
        found = {}
        for row in rows:
            if source not in (None, row.name):
                continue
            if not row.configured:
                found[row.name] = all_paths(self._database, row.id)
                continue
            seen = look_at(self._database, row)
            same = seen.volume is not None and (seen.volume.identity == row.volume)
            if seen.online and same:
                gone = missing_paths(self._database, row.id, seen_since=True)
                found[row.name] = [path_id for path_id, path in gone if not os.path.lexists(path)]
        return {name: ids for name, ids in found.items() if ids}

    def prune(self, source: str | None = None, *, and_orphans: bool = False, job: Job | None = None) -> tuple[int, int]:
        """Forget missing paths that are surely gone, as a job.

        Args:
            source: only those of this source.
            and_orphans: forget contents without any path too, with their labels and decisions.
            job: the job to count on.

        Returns:
            How many paths and how many contents were forgotten.
        """

        def work(_: Job) -> tuple[int, int]:
            ids = [path_id for of_source in self.prunable(source).values() for path_id in of_source]
            forget_paths(self._database, ids)
            for row in sources.rows(self._database):
                if not row.configured and source in (None, row.name):
                    forget_source(self._database, row.id)
            return len(ids), forget_orphans(self._database) if and_orphans else 0

        return self._toolkit.jobs.run("prune", work, job=job)
