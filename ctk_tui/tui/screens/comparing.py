"""Hearing duplicates: the copy under the cursor, and the keeper and another copy in turn."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctk_tui.tui.present.groups import GroupRow, filename
from ctk_tui.tui.present.words import short
from ctk_tui.tui.screens.deciding import Deciding
from ctk_tui.tui.table.ids import find
from ctk_tui.tui.transport import Heard

if TYPE_CHECKING:
    from ctk_tui.model.groups import Group, GroupFile


def heard_as(file: GroupFile) -> Heard:
    """Return a copy as what is heard."""
    return Heard(file.audio_id, file.path)


class Comparing(Deciding):
    """Groups whose copies are heard."""

    _other: bytes = b""
    """Path of the copy that the keeper was compared with last."""

    def current(self) -> Heard | None:
        """Return the copy under the cursor; in the list of groups the keeper."""
        return self._sound(self.table.row())

    def _sound(self, row: object) -> Heard | None:
        if isinstance(row, GroupRow):
            return heard_as(row.first)
        file: GroupFile | None = getattr(row, "file", None)
        return None if file is None else heard_as(file)

    def _row_id(self, heard: Heard) -> int | None:
        """Return the row of a sound in the list that the keys move, None where it is not known."""
        found = None if heard.path is None else self.decisions.find(heard.path)
        if found is None:
            return None
        return found[1] if self.in_copies else found[0]

    def after(self, heard: Heard) -> Heard | None:
        """Return the copy below another one; in the list of groups the keeper of the next group."""
        view, row_id = self.table.view, self._row_id(heard)
        place = -1 if row_id is None else find(view.ids, row_id)
        if place < 0 or place + 1 >= len(view.ids):
            return None
        row = self.table.rows.get(view.ids[place + 1])
        if isinstance(row, GroupRow):
            self.decisions.take(view.ids[place + 1], row.group)  # so that it is found when it is reached
        return self._sound(row)

    def reached(self, heard: Heard) -> None:
        """Let the cursor follow the player."""
        row_id = self._row_id(heard)
        if row_id is not None and self.table.view.to_id(row_id):
            self.table.show(self.table.view.ids)
            self.show_copies()

    def sound_changed(self) -> None:
        """Mark the copy that is heard, and its group."""
        path = self._heard_path()
        found = None if path is None else self.decisions.find(path)
        self.groups.set_playing(None if found is None else found[0])
        self.copies.set_playing(None if found is None else found[1])

    def _heard_path(self) -> bytes | None:
        """Return where what is heard now lies, None for silence."""
        transport = self.ctk.transport
        state, heard = transport.state, transport.heard
        if heard is None or state.status == "stopped":
            return None
        return heard.path or (None if state.path is None else os.fsencode(state.path))

    def do_compare(self) -> None:
        """Hear the keeper, and at the next press the other copy from the same position, in turn."""
        row = self.groups.row()
        if not isinstance(row, GroupRow):
            return
        other = self._compared(row.group, row.first)
        self._other, now, state = other.path, self._heard_path(), self.ctk.transport.state
        turn = other if now == row.first.path else row.first
        among = any(file.path == now for file in row.group.files)
        start = state.position if among else 0.0
        if turn.duration_secs is not None and start >= turn.duration_secs:
            start = 0.0
        self.ctk.transport.play(heard_as(turn), start=start)
        keeper = self.decisions.keeper(row.group.id, row.group) if not self.near else None
        what = "the keeper" if turn is keeper else "the first one" if turn is row.first else "the other one"
        again = f"{self.ctk.keymap.shown('compare')} again: the other"
        self.ctk.tell(f"{what}: {short(filename(turn), 40)} in {turn.source}", hint=again)

    def _compared(self, group: Group, first: GroupFile) -> GroupFile:
        """Return what the keeper is compared with: the copy under the cursor, the one compared last, or the next."""
        here = getattr(self.copies.row(), "file", first)
        if here.path != first.path:
            return here
        others = [file for file in group.files if file.path != first.path]
        return next((file for file in others if file.path == self._other), others[0])
