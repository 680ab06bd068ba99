"""Plans that move files into a folder, or copy or link them there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.files.draft import stamp
from ctk_tui.files.refusing import NotDoneError
from ctk_tui.model.plan import LEFT_LINK, Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctk_tui.files.draft import Draft
    from ctk_tui.files.targets import Target
    from ctk_tui.model.holding import Holding
    from ctk_tui.model.plan import CopyAs, OnExists

MOST_NUMBERS = 10_000
"""Names "kick 2.wav", "kick 3.wav" that are tried."""


@dataclass(slots=True)
class Mover:
    """Puts moves and copies into a plan.

    Args:
        draft: the plan.
        target: where the files go.
    """

    draft: Draft
    target: Target

    def move(self, paths: Iterable[Holding], *, leave_symlink: bool = False) -> None:
        """Plan to move files by their names.

        Args:
            paths: one of each audio file.
            leave_symlink: whether a link to the new place is left in the old one.
        """
        for one in paths:
            self.draft.attempt(one.path, lambda one=one: self._move(one, leave_symlink=leave_symlink))  # type: ignore[misc]  # bound now

    def _move(self, one: Holding, *, leave_symlink: bool) -> None:
        _require_bytes(one)
        place = self.draft.place(one)
        if os.path.join(self.target.path, one.name) == one.path:
            raise NotDoneError("skipped", "it lies there already")
        self.target.check_name(self.target.path, one.name)
        status = self.draft.looker.look(place, stamp(one))
        wrong = self.target.free(self.target.path, one.name)
        if wrong:
            raise NotDoneError("exists", wrong)
        to = self.target.give(self.target.path, one.name)
        self.draft.take("move", place, status, to)
        if leave_symlink:
            link = Operation("symlink", to, one.path, 0, status.st_mtime_ns, 0, reason=LEFT_LINK)
            self.draft.operations.append(link)

    def copy(
        self, every: Iterable[tuple[Holding, Sequence[Holding]]], kind: CopyAs, *, tree: bool, on_exists: OnExists
    ) -> None:
        """Plan to copy or link files.

        Args:
            every: of each audio file the path that is meant and all its paths; the first that is there is taken.
            kind: copy, symlink or hardlink.
            tree: keep the folders below the source.
            on_exists: what happens where a name is taken.
        """
        for meant, paths in every:

            def work(meant: Holding = meant, paths: Sequence[Holding] = paths) -> None:
                one = next((path for path in (meant, *paths) if path.online and path.state == "present"), meant)
                self._copy(one, kind, tree=tree, on_exists=on_exists)

            self.draft.attempt(meant.path, work)

    def _copy(self, one: Holding, kind: CopyAs, *, tree: bool, on_exists: OnExists) -> None:
        _require_bytes(one)
        place = self.draft.place(one)
        status = self.draft.looker.look_only(place, stamp(one))
        if kind == "hardlink" and status.st_dev != self.target.dev:
            raise NotDoneError("volume", "a hard link cannot lead to another volume")
        folder = os.path.join(self.target.path, one.folder) if tree and one.folder else self.target.path
        name = one.name
        self.target.check_name(folder, name)
        wrong = self.target.free(folder, name)
        if wrong and on_exists == "number":
            name = self._numbered(folder, name)
        elif wrong:
            raise NotDoneError("skipped" if on_exists == "skip" else "exists", wrong)
        self.draft.taken.discard(place.path)  # a copy takes nothing away
        self.draft.take(kind, place, status, self.target.give(folder, name))

    def _numbered(self, folder: bytes, name: bytes) -> bytes:
        stem, dot, extension = name.rpartition(b".")
        if not dot or not stem:
            stem, extension = name, b""
        for number in range(2, MOST_NUMBERS):
            tried = stem + b" %d" % number + (b"." + extension if extension else b"")
            self.target.check_name(folder, tried)
            if not self.target.free(folder, tried):
                return tried
        raise NotDoneError("exists", f"{MOST_NUMBERS:,} files of that name are there already")


def _require_bytes(one: Holding) -> None:
    if one.cloud:
        raise NotDoneError("cloud", "only a placeholder of it is on this machine")
    if not one.online:
        raise NotDoneError("offline", f"its source {one.source} is offline")
