"""The keys that change files: copy, move, rename, remove what is marked, or the one under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.model.format import count
from ctk_tui.tui.dialogs.ask import Ask, absolute, folders
from ctk_tui.tui.dialogs.choice import Keys
from ctk_tui.tui.screens.view import View

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.model.plan import CopyAs

KINDS: dict[str, tuple[CopyAs, str]] = {
    "y": ("copy", "copy"),
    "s": ("symlink", "symbolic links"),
    "h": ("hardlink", "hard links: the same bytes, on the same volume alone"),
}
"""Key to how a project gets the files."""
FOLDERS_KEPT = 20
"""Folders that are offered again."""


class Filing(View):
    """A view whose rows are audio files that can be changed."""

    def ids(self) -> list[int]:
        """Return the audio files that are meant: those marked, in the list's order, or the one under the cursor."""
        view, marks = self.table.view, self.table.marks
        if not marks:
            return [] if view.current is None else [view.current]
        listed = [one for one in view.ids.tolist() if one in marks]
        return listed + sorted(set(marks).difference(listed))

    async def _folder(self, title: str) -> Path | None:
        """Ask for a folder; the last ones are offered."""
        memory = self.ctk.memory
        last = memory.folders[-1] if memory.folders else ""
        typed = await self.ctk.ask(
            Ask(title, last, offer=folders(memory.folders[::-1]), hint="a folder that is not there is made")
        )
        if typed is None:
            return None
        folder = absolute(typed)
        memory.folders = [*(one for one in memory.folders if one != str(folder)), str(folder)][-FOLDERS_KEPT:]
        return folder

    def _what(self) -> str:
        return count(len(self.ids()), "file")

    async def do_copy_to(self) -> None:
        """Copy or link files to a folder; the library stays as it is."""
        ids, files = self.ids(), self.ctk.toolkit.files
        folder = await self._folder(f"Copy {self._what()}: to which folder?") if ids else None
        if folder is None:
            return
        answers = {key: meaning for key, (_, meaning) in KINDS.items()}
        key = await self.ctk.ask(Keys(f"{self._what()} to {folder}", {**answers, "escape": "leave"}))
        if key in KINDS:
            kind = KINDS[key][0]
            await self.ctk.file_work.carry_out(
                lambda job: files.plan_copy(ids, folder, kind=kind, job=job), kind.capitalize(),
                to=folder, asked=True,
            )  # fmt: skip

    async def do_move(self) -> None:
        """Move files to a folder: they leave the library, unless the folder lies in a source."""
        ids, files = self.ids(), self.ctk.toolkit.files
        folder = await self._folder(f"Move {self._what()}: to which folder?") if ids else None
        if folder is None:
            return
        answers = {"y": "move", "l": "move, and leave a symbolic link in each old place", "escape": "leave"}
        asked = f"{self._what()} to {folder}\nProjects which use them will not find them there"
        key = await self.ctk.ask(Keys(asked, answers))
        if key in ("y", "l"):
            await self.ctk.file_work.carry_out(
                lambda job: files.plan_move(ids, folder, leave_symlink=key == "l", job=job), "Move", to=folder
            )

    async def do_rename(self) -> None:
        """Rename files by a template."""
        ids, files = self.ids(), self.ctk.toolkit.files
        if not ids:
            return
        template = await self.ctk.ask(
            Ask(
                f"Rename {self._what()}", "{name}",
                hint="{name} {ext} {category} {duration} {rate} {n:03}, or s/old/new/",
            )
        )  # fmt: skip
        if template is not None:
            await self.ctk.file_work.carry_out(lambda job: files.plan_rename(ids, template, job=job), "Rename")

    async def do_remove(self) -> None:
        """Quarantine files."""
        ids, files = self.ids(), self.ctk.toolkit.files
        if ids:
            undo = self.ctk.keymap.shown("undo")
            await self.ctk.file_work.carry_out(
                lambda job: files.plan_delete(ids, job=job), "Quarantine",
                hint=f"{undo} takes it back; space is won when the quarantine is emptied",
            )  # fmt: skip
