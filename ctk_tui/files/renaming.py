"""Plans that give files new names in their folders."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.disk.stamps import signed
from ctk_tui.files.draft import stamp
from ctk_tui.files.names import key, unwise
from ctk_tui.files.refusing import NotDoneError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctk_tui.files.draft import Draft
    from ctk_tui.files.places import Place
    from ctk_tui.model.holding import Holding


@dataclass(frozen=True, slots=True)
class _Wish:
    place: Place
    name: bytes
    status: os.stat_result

    @property
    def here(self) -> bytes:
        return self.place.path

    @property
    def there(self) -> bytes:
        return os.path.join(os.path.dirname(self.place.path), self.name)


@dataclass(slots=True)
class Renamer:
    """Puts renames into a plan, in an order in which no name is needed before it is free.

    Args:
        draft: the plan.
    """

    draft: Draft
    _wishes: dict[bytes, _Wish] = field(default_factory=dict)
    """By the key of the present path."""
    _given: set[bytes] = field(default_factory=set)

    def rename(self, names: Iterable[tuple[Holding, bytes]]) -> None:
        """Plan to rename files.

        Args:
            names: path and new name; equal ones are left out.
        """
        for one, name in names:
            if one.name != name:
                self.draft.attempt(one.path, lambda one=one, name=name: self._wish(one, name))  # type: ignore[misc]  # bound now
        self._take_all()

    def _wish(self, one: Holding, name: bytes) -> None:
        if one.cloud:
            raise NotDoneError("cloud", "only a placeholder of it is on this machine")
        place = self.draft.place(one)
        shown = os.fsdecode(name)
        wrong = unwise(name, place.ground.fstype)
        if wrong:
            raise NotDoneError("name", f"{shown!r}: {wrong}")
        rel = place.folder + b"/" + name if place.folder else name
        if not place.ground.takes(rel):
            raise NotDoneError("name", f"{shown!r}: by that name a scan would not find it any more")
        if place.ground.protects(rel):
            raise NotDoneError("protected", f"{shown!r} would be protected in the source {place.ground.name}")
        status = self.draft.looker.look(place, stamp(one))
        wish = _Wish(place, name, status)
        new_key = self._key(place, wish.there)
        if new_key in self._given:
            raise NotDoneError("exists", f"another file of this plan takes the name {shown!r}")
        self._given.add(new_key)
        self._wishes[self._key(place, wish.here)] = wish

    def _key(self, place: Place, path: bytes) -> bytes:
        blind = place.ground.case_blind
        return os.path.join(os.path.dirname(path), key(os.path.basename(path), case_blind=blind))

    def _take_all(self) -> None:
        """Take the wishes whose names are free, then those whose names these free; what is left goes in a circle."""
        keys = {own: self._key(wish.place, wish.there) for own, wish in self._wishes.items()}
        waiting = {new: own for own, new in keys.items() if new != own}
        order: list[_Wish] = []
        left = dict(self._wishes)
        for own, new in keys.items():
            if new != own and new in keys:
                continue
            at: bytes | None = own
            while at is not None:
                order.append(left.pop(at))
                at = waiting.get(at)
        for wish in left.values():
            self.draft.refuse(wish.here, "exists", "its new name goes round in a circle: rename in two steps")
        stuck = set(left)
        for wish in order:
            own, new = self._key(wish.place, wish.here), self._key(wish.place, wish.there)
            freed = new in self._wishes and new not in stuck
            if not freed and self._is_taken(wish):
                stuck.add(own)
                self.draft.refuse(wish.here, "exists", f"{os.fsdecode(wish.there)} is there already")
            else:
                self.draft.take("rename", wish.place, wish.status, wish.there)

    def _is_taken(self, wish: _Wish) -> bool:
        """Return whether another file has the new name; on a case-blind volume it may be this file's own."""
        try:
            there = os.lstat(wish.there)
        except OSError:
            return False
        blind = wish.place.ground.case_blind
        same = (there.st_dev, signed(there.st_ino)) == (wish.status.st_dev, signed(wish.status.st_ino))
        return not (blind and same and key(wish.name, case_blind=True) == key(wish.place.name, case_blind=True))
