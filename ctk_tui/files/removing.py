"""Plans that remove: duplicates by keep rules, and what the user asks to delete. One copy of each content stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.files.draft import stamp
from ctk_tui.files.places import is_unsafe
from ctk_tui.files.refusing import NotDoneError
from ctk_tui.model.groups import GroupFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ctk_tui.files.draft import Draft
    from ctk_tui.model.holding import Holding

    Choose = Callable[[list[GroupFile]], GroupFile | None]
    """Returns the copy to keep."""


@dataclass(slots=True)
class Remover:
    """Puts removals into a plan.

    Args:
        draft: the plan.
        choose: the keep rules.
    """

    draft: Draft
    choose: Choose
    _reasons: dict[bytes, NotDoneError] = field(default_factory=dict)

    def duplicates(self, paths: Sequence[Holding]) -> None:
        """Plan to remove all copies of a content but the keeper, the protected ones and those that must not be touched.

        Args:
            paths: all paths of the content.
        """
        present = [one for one in paths if one.state == "present"]
        if len({one.copy for one in present}) < 2:
            return
        if not present[0].verified or present[0].digest is None:
            for one in present:
                self.draft.refuse(one.path, "unverified", "not every copy could be read, so none is proved")
            return
        able = [one for one in present if self._can_keep(one)]
        keeper = self._choose([one for one in able if not one.protected] or able)
        if keeper is None:
            for one in present:
                self.draft.refuse(one.path, "keeper", "no copy of it can be the one that stays")
            return
        for names in _by_copy(present):
            if keeper.copy != names[0].copy:
                self._remove_copy(names, keeper)

    def deletion(self, asked: Sequence[Holding], paths: Sequence[Holding]) -> None:
        """Plan to remove the paths of a content that the user asked for; one copy stays where there are several.

        Args:
            asked: present paths.
            paths: all paths of the content.
        """
        present = [one for one in paths if one.state == "present"]
        if len({one.copy for one in present}) < 2:
            self._remove_last(asked, len(present))
            return
        if not present[0].verified or present[0].digest is None:
            for one in asked:
                self.draft.refuse(one.path, "unverified", "not every copy could be read, so none is proved")
            return
        wanted = {one.copy for one in asked}
        others = [one for one in present if one.copy not in wanted and self._can_keep(one)]
        keeper = self._choose([one for one in others if not one.protected] or others)
        if keeper is None:
            able = [one for one in asked if self._can_keep(one)]
            keeper = self._choose([one for one in able if not one.protected] or able)
        for one in asked:
            if keeper is None:
                self.draft.refuse(one.path, "keeper", "no other copy of it is online and as the catalog says")
            elif one.copy == keeper.copy:
                self.draft.refuse(one.path, "keeper", "it stays as the one copy that is kept")
            else:
                self._remove(one, keeper)

    def _remove_copy(self, names: Sequence[Holding], keeper: Holding) -> None:
        """Remove all names of one inode, or none: while one stays no space is won."""
        protected = [one for one in names if one.protected]
        for one in names:
            if protected and not one.protected:
                other = protected[0].rel.decode("utf-8", "replace")
                self.draft.refuse(one.path, "protected", f"another name of the protected {other}")
            else:
                self._remove(one, keeper)

    def _remove(self, one: Holding, keeper: Holding) -> None:
        def work() -> None:
            _require_here(one)
            place = self.draft.place(one)
            status = self.draft.looker.look(place, stamp(one))
            self.draft.take(
                "quarantine", place, status, None, digest=one.digest, keeper=keeper.path,
                reason=f"the same as {keeper.path.decode('utf-8', 'replace')}",
            )  # fmt: skip

        self.draft.attempt(one.path, work)

    def _remove_last(self, asked: Sequence[Holding], names: int) -> None:
        for one in asked:
            reason = "the only copy" if names == 1 else f"one of {names} names of the only copy"

            def work(one: Holding = one, reason: str = reason) -> None:
                _require_here(one)
                place = self.draft.place(one)
                status = self.draft.looker.look(place, stamp(one))
                self.draft.take("quarantine", place, status, None, reason=reason, last=True)

            self.draft.attempt(one.path, work)

    def _can_keep(self, one: Holding) -> bool:
        """Return whether a copy is there now, as the catalog says, in a place where it will stay."""
        if not one.online or one.cloud or is_unsafe(one.path):
            return False
        try:
            self.draft.looker.look_only(self.draft.place(one), stamp(one))
        except NotDoneError:
            return False
        return True

    def _choose(self, able: Iterable[Holding]) -> Holding | None:
        by_path = {one.path: one for one in able}
        files = [
            GroupFile(
                one.audio_id, one.path, one.source, one.size, None, None, one.mtime_ns / 1e9, not one.online,
                one.protected,
            )
            for one in by_path.values()
        ]  # fmt: skip
        chosen = self.choose(files) if files else None
        return by_path[chosen.path] if chosen is not None else None


def _by_copy(present: Iterable[Holding]) -> list[list[Holding]]:
    found: dict[tuple[object, ...], list[Holding]] = {}
    for one in present:
        found.setdefault(one.copy, []).append(one)
    return list(found.values())


def _require_here(one: Holding) -> None:
    if one.cloud:
        raise NotDoneError("cloud", "only a placeholder of it is on this machine")
    if one.protected:
        raise NotDoneError("protected", f"protected in the source {one.source}")
