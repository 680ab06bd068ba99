"""Making plans: what the user asked for, the sources as they are now, and the keep rules brought together."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import TYPE_CHECKING

from ctk_tui.catalog import duplicates as rows
from ctk_tui.catalog import entries
from ctk_tui.catalog.derive import slices
from ctk_tui.catalog.holdings import holdings
from ctk_tui.duplicates.keep import check_rules, choose
from ctk_tui.files.choosing import choose_paths
from ctk_tui.files.draft import Draft
from ctk_tui.files.looks import Looker
from ctk_tui.files.moving import Mover
from ctk_tui.files.refusing import NotDoneError
from ctk_tui.files.removing import Remover
from ctk_tui.files.renaming import Renamer
from ctk_tui.files.targets import target_folder
from ctk_tui.files.templates import Facts, renamer
from ctk_tui.model.errors import Refused
from ctk_tui.model.job import Job
from ctk_tui.toolkit.grounds import look_at_places

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from ctk_tui.files.choosing import Chosen
    from ctk_tui.files.places import Places
    from ctk_tui.files.targets import Target
    from ctk_tui.model.groups import GroupFile
    from ctk_tui.model.holding import Holding
    from ctk_tui.model.plan import CopyAs, OnExists, Plan
    from ctk_tui.model.query.nodes import Query
    from ctk_tui.toolkit.toolkit import Toolkit

PAGE = 500
"""Audio files read at once."""


class Planner:
    """Makes one plan, by the sources as they are when it is made.

    Args:
        toolkit: the open toolkit.
        words: what the user asked for.
        with_sidecars: whether sidecars go along.
        job: counts, and may be cancelled.
        keepers: paths of copies that stay before any that a keep rule would choose.
    """

    def __init__(
        self,
        toolkit: Toolkit,
        words: str = "",
        *,
        with_sidecars: bool = False,
        job: Job | None = None,
        keepers: Collection[bytes] = (),
    ) -> None:
        self._database = toolkit.database
        self._keep = toolkit.settings.duplicates.keep
        self._words = words
        self._with_sidecars = with_sidecars
        self._job = job or Job()
        self._keepers = frozenset(keepers)
        self.places: Places = look_at_places(toolkit)

    def _chosen(self, rules: Sequence[str], fullness: Mapping[bytes, int], files: list[GroupFile]) -> GroupFile | None:
        """Return the copy to keep: the user's own choice, else the one of the rules."""
        own = next((file for file in files if file.path in self._keepers and not file.offline), None)
        return own or choose(files, rules, fullness)

    def _draft(self, looker: Looker) -> Draft:
        return Draft(self.places, looker, self._words, self._with_sidecars, self._job)

    def choose(self, ids: Sequence[int], query: Query | None, paths: Sequence[bytes]) -> Chosen:
        """Return the paths that are meant."""
        return choose_paths(self._database, self.places, ids, query, paths, time.time())

    def duplicates(self, only: Collection[int] | None, rules: Sequence[str] | None) -> Plan:
        """Return a plan that removes all but the keeper of every exact group."""
        chosen = tuple(self._keep if rules is None else rules)
        check_rules(chosen)
        ids = [audio_id for audio_id, _ in rows.duplicated(self._database, only)]
        self._job.stage, self._job.total = "plan", len(ids)
        fullness = rows.fullness(self._database, ids)
        with Looker(self.places) as looker:
            draft = self._draft(looker)
            remover = Remover(draft, partial(self._chosen, chosen, fullness))
            for part in slices(ids, PAGE):
                for paths in holdings(self._database, part).values():
                    self._job.check()
                    remover.duplicates(paths)
            draft.sort()
            return draft.finish()

    def delete(self, chosen: Chosen) -> Plan:
        """Return a plan that quarantines paths."""
        fullness = rows.fullness(self._database, list(chosen.asked))
        with Looker(self.places) as looker:
            draft = self._draft(looker)
            draft.refused.extend(chosen.refused)
            remover = Remover(draft, partial(self._chosen, self._keep, fullness))
            for audio_id, asked in chosen.asked.items():
                remover.deletion(asked, chosen.every[audio_id])
            draft.sort()
            return draft.finish()

    def move(self, chosen: Chosen, to: Path, *, leave_symlink: bool) -> Plan:
        """Return a plan that moves a path of each audio file."""
        with Looker(self.places) as looker:
            draft = self._draft(looker)
            draft.refused.extend(chosen.refused)
            Mover(draft, self._target(to)).move(chosen.first(), leave_symlink=leave_symlink)
            return draft.finish()

    def copy(self, chosen: Chosen, to: Path, kind: CopyAs, *, tree: bool, on_exists: OnExists) -> Plan:
        """Return a plan that copies or links a path of each audio file."""
        with Looker(self.places) as looker:
            draft = self._draft(looker)
            draft.refused.extend(chosen.refused)
            every = [(one, chosen.every[one.audio_id]) for one in chosen.first()]
            Mover(draft, self._target(to)).copy(every, kind, tree=tree, on_exists=on_exists)
            return draft.finish()

    def _target(self, to: Path) -> Target:
        try:
            return target_folder(self.places, os.fsencode(to.expanduser()))
        except NotDoneError as error:
            raise Refused(f"{to}: {error.message}", "choose another folder") from error

    def rename(self, chosen: Chosen, template: str) -> Plan:
        """Return a plan that renames a path of each audio file by a template."""
        new_name = renamer(template)
        first = chosen.first()
        names = []
        for start in range(0, len(first), PAGE):
            part = first[start : start + PAGE]
            known = {entry.id: entry for entry in entries.entries(self._database, [one.audio_id for one in part])}
            for n, one in enumerate(part, start + 1):
                entry = known[one.audio_id]
                facts = Facts(os.fsdecode(one.name), entry.category, entry.duration_secs, entry.sample_rate, n)
                names.append((one, os.fsencode(new_name(facts))))
        return self._rename(names, chosen)

    def rename_to(self, names: Sequence[tuple[bytes, bytes]]) -> Plan:
        """Return a plan that gives paths the names that the user wrote."""
        chosen = self.choose((), None, [path for path, _ in names])
        known = {one.path: one for asked in chosen.asked.values() for one in asked}
        return self._rename([(known[path], name) for path, name in names if path in known], chosen)

    def _rename(self, names: Sequence[tuple[Holding, bytes]], chosen: Chosen) -> Plan:
        with Looker(self.places) as looker:
            draft = self._draft(looker)
            draft.refused.extend(chosen.refused)
            Renamer(draft).rename(names)
            return draft.finish()
