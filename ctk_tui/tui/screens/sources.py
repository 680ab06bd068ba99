"""The sources: a row each, and what the one under the cursor holds."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Vertical
from textual.widgets import Static

from ctk_tui.tui.actions import SOURCES
from ctk_tui.tui.dialogs.ask import Ask, absolute, folders, no_folder
from ctk_tui.tui.dialogs.confirm import Confirm
from ctk_tui.tui.dialogs.reading import Reading
from ctk_tui.tui.present.glyphs import glyphs
from ctk_tui.tui.present.sources import about, columns, sign
from ctk_tui.tui.present.words import name
from ctk_tui.tui.screens.view import View
from ctk_tui.tui.widgets.line import Line
from ctk_tui.tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult

    from ctk_tui.model.source import SourceState
    from ctk_tui.model.stats import Stats

_NEEDS_ONE = ("toggle_source", "relocate_source", "protect_source", "remove_source", "errors")
REST_SECONDS = 0.1
"""How long the cursor rests before the totals of a source are added up."""


class SourcesView(View):
    """The second screen."""

    NAME = SOURCES
    FOOTER: ClassVar[tuple[str, ...]] = (
        "scan", "add_source", "toggle_source", "relocate_source", "protect_source", "remove_source", "errors",
    )  # fmt: skip
    DEFAULT_CSS = """
    SourcesView #sources { height: auto; min-height: 4; max-height: 50%; }
    SourcesView #about { height: 1fr; padding: 1 3; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._states: list[SourceState] = []
        self._stats: dict[str, Stats] = {}

    def compose(self) -> ComposeResult:
        """Give the parts."""
        signs = glyphs(self.ctk.ascii_only)
        self._table = VirtualTable(columns(""), state=lambda row: sign(row, signs), signs=signs, id="sources")
        self._about = Static(id="about", markup=False)
        self._where = Line(id="where")
        yield self._table
        with Vertical():
            yield self._about
        yield self._where

    def on_mount(self) -> None:
        """List them."""
        self.ctk.start(self._read())

    @property
    def table(self) -> VirtualTable:
        """The list."""
        return self._table

    def entered(self) -> None:
        """Take the keys, and see which drives are there now."""
        if self.is_mounted:
            self.screen.set_focus(self._table)
            self.ctk.start(self._read())

    def catalog_changed(self, *, done: bool, seen: bool) -> None:
        """Bring the numbers up to date."""
        del done
        if seen:
            self._stats.clear()
            self.ctk.start(self._read(look=False))

    async def _read(self, *, look: bool = True) -> None:
        sources = self.ctk.toolkit.sources
        if look and not self.ctk.toolkit.database.read_only:
            await self.ctk.bridge.run("side", sources.look_around)
        self._states = await self.ctk.bridge.run("side", sources.states)
        scanning = [job.source for job in self.ctk.watch_jobs.running if job.kind == "scan"]
        self._table.set_columns(columns(scanning[0] if scanning else ""))
        rows = dict(enumerate(self._states))
        self._table.show(list(rows), rows)
        self._show_about()
        self.ctk.frame.draw_lines()

    def _current(self) -> SourceState | None:
        place = self._table.view.current
        return self._states[place] if place is not None and place < len(self._states) else None

    def on_virtual_table_cursor_moved(self, message: VirtualTable.CursorMoved) -> None:
        """Tell about the source under the cursor."""
        message.stop()
        self._show_about()

    def _show_about(self) -> None:
        source, look = self._current(), self.ctk.look
        if source is None:
            key = self.ctk.keymap.shown("add_source")
            self._about.update(
                Text.assemble(
                    ("No source yet", look.strong), "\n\nA source is a folder with sounds, scanned with all that"
                    " lies in it; ctk writes nothing there.\n\n", (key, look.accent), " adds one.",
                )
            )  # fmt: skip
            return
        stats = self._stats.get(source.name)
        relocate = self.ctk.keymap.shown("relocate_source")
        self._about.update(about(source, stats, look, relocate, ascii_only=self.ctk.ascii_only))
        self._where.show(Text(f" {name(os.fsencode(source.path))}", look.quiet))
        if stats is None:
            self.set_timer(REST_SECONDS, lambda: self._add_up_soon(source.name))

    def _add_up_soon(self, source: str) -> None:
        current = self._current()
        if current is not None and current.name == source and source not in self._stats:
            self.ctk.start(self._add_up(source))

    async def _add_up(self, source: str) -> None:
        catalog = self.ctk.toolkit.catalog
        ids = await self.ctk.bridge.run("search", catalog.search, f'source:"{source}"')
        self._stats[source] = await self.ctk.bridge.run("side", catalog.stats, ids)
        self._show_about()

    # -- actions ------------------------------------------------------------------------------------------------------

    def why_not(self, name: str) -> str:
        """Return why an action is not possible now, "" where it is."""
        if name in _NEEDS_ONE and self._current() is None:
            return "there is no source yet"
        if name == "scan":
            return self.ctk.keys.commands.why_not(name)
        return ""

    async def do_scan(self) -> None:
        """Scan the source under the cursor."""
        source = self._current()
        if source is not None:
            await self.ctk.watch_jobs.begin_scan(source.name)

    async def do_enter(self) -> None:
        """List the files of the source."""
        source = self._current()
        if source is not None:
            await self.ctk.frame.show_query(f"source:{source.name}")

    async def do_add_source(self) -> None:
        """Add a source: its folder, and then its name."""
        ctk = self.ctk
        mounted = [f"{path}/" for path in await ctk.bridge.run("side", ctk.toolkit.sources.mounted)]
        path = await ctk.ask(Ask("Add a source: which folder?", offer=folders(["~/Music/", *mounted]), wrong=no_folder))
        if path is None:
            return
        folder = absolute(path)
        taken = {source.name for source in self._states}
        chosen = await ctk.ask(
            Ask("Its name", proposed(folder, taken), hint=str(folder), wrong=lambda text: wrong_name(text, taken))
        )
        if chosen is None:
            return
        note = await ctk.bridge.run("write", ctk.toolkit.sources.add, chosen.strip(), folder)
        await self._read()
        ctk.tell(f"{chosen.strip()} is a source now", hint=note or f"{ctk.keymap.shown('scan')} scans it")

    async def do_toggle_source(self) -> None:
        """Enable or disable the source."""
        source = self._current()
        if source is not None:
            sources = self.ctk.toolkit.sources
            await self.ctk.bridge.run("write", sources.enable, source.name, enabled=not source.enabled)
            await self._read()

    async def do_relocate_source(self) -> None:
        """Say where the source lies now."""
        source, ctk = self._current(), self.ctk
        if source is None:
            return
        path = await ctk.ask(
            Ask(
                f"Where does {source.name} lie now?", str(source.found_at or ""), offer=folders([]), wrong=no_folder,
                hint="nothing is read again",
            )
        )  # fmt: skip
        if path is not None:
            folder = absolute(path)
            await ctk.bridge.run("write", ctk.toolkit.sources.relocate, source.name, folder)
            await self._read()
            ctk.tell(f"{source.name} lies at {folder} now")

    async def do_protect_source(self) -> None:
        """Protect parts of the source."""
        source, ctk = self._current(), self.ctk
        if source is None:
            return
        pattern = await ctk.ask(
            Ask(
                f"Which part of {source.name} may ctk never change?", "**",
                hint='patterns as in .gitignore: "Projects/**" is a folder with all in it, "**" is everything',
            )
        )  # fmt: skip
        if pattern is not None:
            await ctk.bridge.run("write", ctk.toolkit.sources.protect, source.name, pattern.strip())
            await self._read()
            ctk.tell(f"{pattern.strip()} in {source.name} is protected from the next scan on")

    async def do_remove_source(self) -> None:
        """Take the source out of the catalog, after a question; its files stay."""
        source, ctk = self._current(), self.ctk
        if source is None:
            return
        question = Text(f"Forget the {source.paths:,} paths of {source.name}?")
        details = Text("Its files are not touched; labels, marks and categories of its sounds are kept.")
        if await ctk.ask(Confirm(question, details)):
            await ctk.bridge.run("write", ctk.toolkit.sources.remove, source.name)
            await self._read()
            ctk.tell(f"{source.name} is no source any more; its files stay where they are")

    async def do_errors(self) -> None:
        """List what could not be read in the source."""
        source, ctk = self._current(), self.ctk
        if source is None:
            return
        found = await ctk.bridge.run("side", ctk.toolkit.sources.errors, source.name)
        text = Text()
        for path, reason in found:
            text.append(f"{name(path)}\n").append(f"    {reason}\n", ctk.look.warning)
        title = f"{len(found):,} errors in {source.name}"
        ctk.push_screen(Reading(title, text if found else "Everything could be read."))


def proposed(folder: Path, taken: set[str]) -> str:
    """Return a name for a source: the folder's own in letters that names may have, numbered where it is taken."""
    base = re.sub(r"[^A-Za-z0-9_-]+", "-", folder.name).strip("-").lower() or "music"
    number, made = 1, base
    while made in taken:
        number += 1
        made = f"{base}-{number}"
    return made


def wrong_name(text: str, taken: set[str]) -> str:
    """Return what is wrong with the name of a source, "" for nothing."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text.strip()):
        return "letters, digits, - and _ alone"
    return f"{text.strip()} is taken" if text.strip() in taken else ""
