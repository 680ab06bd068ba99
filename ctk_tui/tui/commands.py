"""The actions that every screen has: going elsewhere, jobs, help, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from ctk_tui.model.format import count
from ctk_tui.tui.actions import CATALOG, DUPLICATES, HISTORY, SOURCES
from ctk_tui.tui.dialogs.confirm import Confirm

if TYPE_CHECKING:
    from ctk_tui.tui.app import CtkApp

SWITCHES = {
    "show_catalog": CATALOG, "show_sources": SOURCES, "show_duplicates": DUPLICATES, "show_history": HISTORY,
}  # fmt: skip
"""Actions that show another view."""
LEAVE_IT, CANCEL_IT = "b", "c"
PASSED = frozenset(("undo", "redo", "restore", "empty"))
"""Kinds of entries that `undo` passes over: they take others back, or cannot be taken back."""


class Commands:
    """The app's own actions.

    Args:
        app: the app.
    """

    def __init__(self, app: CtkApp) -> None:
        self._app = app

    def why_not(self, name: str) -> str:
        """Return why an action is not possible now, "" where it is."""
        if name == "scan" and any(job.kind == "scan" for job in self._app.watch_jobs.running):
            return "a scan runs already (J shows it)"
        if name == "scan" and not self._app.toolkit.settings.sources:
            return "there is no source yet: 2, then A"
        return ""

    async def do_show_catalog(self) -> None:
        """Show the catalog."""
        await self._app.frame.switch(CATALOG)

    async def do_show_sources(self) -> None:
        """Show the sources."""
        await self._app.frame.switch(SOURCES)

    async def do_show_duplicates(self) -> None:
        """Show the duplicates."""
        await self._app.frame.switch(DUPLICATES)

    async def do_show_history(self) -> None:
        """Show the history."""
        await self._app.frame.switch(HISTORY)

    def do_escape(self) -> None:
        """Leave the innermost: a range, then the sound, then the filter; never the marks."""
        view = self._app.view
        if not view.leave_innermost() and not self._app.transport.halt():
            view.leave_filter()
        self._app.show_player()

    async def do_scan(self) -> None:
        """Scan all enabled sources."""
        await self._app.watch_jobs.begin_scan()

    def do_jobs(self) -> None:
        """Show the jobs."""
        from ctk_tui.tui.dialogs.jobs import JobsDialog

        self._app.push_screen(JobsDialog())

    async def do_undo(self) -> None:
        """Take back the newest operation, after showing it, or the change of categories that came later."""
        app = self._app
        changes = await app.bridge.run("side", app.toolkit.catalog.category_changes)
        change = next((one for one in changes if not one.undone), None)
        entries = await app.bridge.run("side", app.toolkit.files.history)
        in_force = (one.at for one in entries if one.kind not in PASSED and one.state not in ("undone", "emptied"))
        if change is None or next(in_force, 0.0) > change.at:
            await app.file_work.undo()
            return
        question = Text(f"Take back {change.category} for {count(change.files, 'file')}?", app.look.strong)
        if await app.ask(Confirm(question)):
            files = await app.bridge.run("write", app.toolkit.catalog.undo_category, change.id)
            app.tell(f"{count(files, 'file')} as before")
            app.frame.catalog_changed(done=True)

    def do_palette(self) -> None:
        """Show all actions."""
        self._app.action_command_palette()

    def do_help(self) -> None:
        """Show the keys of this screen."""
        from ctk_tui.tui.dialogs.reading import Reading
        from ctk_tui.tui.present.help import help_text

        app = self._app
        width = app.size.width * 96 // 100 - 7
        text = help_text(app.view.NAME, app.keymap, width, app.look, ascii_only=app.ascii_only)
        app.push_screen(Reading("", text))

    def do_redraw(self) -> None:
        """Draw everything anew: another program wrote over the screen."""
        self._app.refresh(repaint=True, layout=True)
        self._app.frame.draw_lines()

    def do_suspend(self) -> None:
        """Give the terminal back to the shell until `fg`."""
        self._app.remember()
        self._app.action_suspend_process()

    async def do_output(self) -> None:
        """Choose where sound comes out."""
        from ctk_tui.tui.dialogs.choice import Choice

        app = self._app
        app.tell("asking the sound servers …")
        outputs = await app.bridge.run("sound", app.toolkit.audio.outputs)
        app.frame.hush()
        options = [
            (output.id, Text.assemble(output.name, (f"  {output.backend} · {output.host}", app.look.quiet)))
            for output in outputs
        ]
        state = app.transport.state
        options.append(("none", Text("nowhere: no sound", app.look.quiet)))
        here = next((place for place, (name, _) in enumerate(options) if name == state.output_id), 0)
        chosen = await app.ask(Choice("Sound comes out at", options, here))
        if chosen is not None:
            await app.bridge.run("sound", app.toolkit.audio.choose, chosen)

    async def do_quit(self) -> None:
        """Leave; with a job of this app's, ask what becomes of it."""
        app = self._app
        ours = await app.watch_jobs.our_running_now()
        if ours:
            from ctk_tui.tui.dialogs.choice import Keys

            kinds = ", ".join(job.kind for job in ours)
            answer = await app.ask(
                Keys(
                    f"Still running: {kinds}", {LEAVE_IT: "leave it running", CANCEL_IT: "cancel it", "escape": "stay"}
                )
            )
            if answer not in (LEAVE_IT, CANCEL_IT):
                return
            app.watch_jobs.end_ours(leave=answer == LEAVE_IT)
        app.leave()
