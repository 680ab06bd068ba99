"""The frame around all views: top line, the view, the chord's list, player and footer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import ContentSwitcher, Input

from ctk_tui.tui.actions import BY_NAME, CATALOG, DUPLICATES, HISTORY, SOURCES
from ctk_tui.tui.keymap import shown
from ctk_tui.tui.present.footer import chords, footer
from ctk_tui.tui.present.topbar import topbar, working
from ctk_tui.tui.screens.catalog import CatalogView
from ctk_tui.tui.widgets.line import Line
from ctk_tui.tui.widgets.player_bar import PlayerBar

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Resize

    from ctk_tui.tui.app import CtkApp
    from ctk_tui.tui.memory import Memory
    from ctk_tui.tui.screens.view import View

TITLES = {CATALOG: "Catalog", SOURCES: "Sources", DUPLICATES: "Duplicates", HISTORY: "History"}
ALWAYS = ("palette", "help")
"""Actions at the end of every footer."""
SHORT = 9
"""Rows of the screen below which the player's line and the lines under the list go."""
TINY = 6
"""Rows below which the footer goes too."""
HEARD_TICK = 0.1
"""Seconds between two frames of the playhead; at rest there is none."""
SLOW_TICK = 1.0
"""The same over a slow line."""


class MainScreen(Screen[None], inherit_bindings=False):
    """Everything but dialogs."""

    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._views: dict[str, View] = {}
        self._top = Line(id="top")
        self._chord = Line(id="chord")
        self._player = PlayerBar(id="player")
        self._footer = Line(id="footer")
        self._said = False
        self._here = CATALOG
        self.ready = asyncio.Event()
        """Set once keys can be taken."""

    @property
    def ctk(self) -> CtkApp:
        """The app."""
        return cast("CtkApp", self.app)

    @property
    def view(self) -> View:
        """The view that is shown."""
        return self._views[self._here]

    @property
    def is_typing(self) -> bool:
        """Whether keys are text now."""
        return isinstance(self.focused, Input)

    def compose(self) -> ComposeResult:
        """Give the parts; other views than the catalog are made when they are first shown."""
        yield self._top
        self._views[CATALOG] = CatalogView(id=CATALOG)
        with ContentSwitcher(initial=CATALOG):
            yield self._views[CATALOG]
        with Vertical(id="bottom"):
            yield self._chord
            yield self._player
            yield self._footer

    def on_mount(self) -> None:
        """Draw the lines, and begin to watch the playhead."""
        self._chord.display = False
        self._clock = self.set_interval(SLOW_TICK if self.ctk.slow else HEARD_TICK, self._tick, pause=True)
        self.view.entered()
        self.draw_lines()
        self.ready.set()

    def on_resize(self, event: Resize) -> None:
        """Draw the lines at the new width; where there are few rows, the list has them."""
        self.set_class(event.size.height < SHORT, "short")
        self.set_class(event.size.height < TINY, "tiny")
        self.call_after_refresh(self.draw_lines)

    async def switch(self, name: str) -> None:
        """Show another view."""
        if name not in self._views:
            self._views[name] = made = _made(name)
            await self.query_one(ContentSwitcher).mount(made)
        self._here = name
        self.query_one(ContentSwitcher).current = name
        self.view.entered()
        self.ctk.remember()
        self.draw_lines()

    async def show_query(self, query: str) -> None:
        """Show the catalog with a query."""
        await self.switch(CATALOG)
        catalog = self._views[CATALOG]
        assert isinstance(catalog, CatalogView)  # for mypy: it is made first of all
        catalog.query_line.input.value = query

    # -- lines --------------------------------------------------------------------------------------------------------

    def draw_lines(self) -> None:
        """Draw top line, player and footer, where they changed."""
        self.draw_top()
        self.show_player()
        if not self._said:
            self._draw_footer()

    def draw_top(self) -> None:
        """Draw the uppermost line."""
        app, width = self.ctk, self.size.width
        keys = app.keymap
        screens = [
            (keys.shown(f"show_{name}"), TITLES[name], name == self._here)
            for name in TITLES
            if name != HISTORY or name == self._here
        ]
        runs = working(app.watch_jobs.running, app.watch_jobs.rate, width, app.look, ascii_only=app.ascii_only)
        self._top.show(topbar(screens, runs, f"{keys.shown('help')} help", width, app.look))

    def show_player(self) -> None:
        """Draw the player's line, and let the playhead move while there is sound."""
        transport = self.ctk.transport
        state, heard = transport.state, transport.heard
        draw = None
        if heard is not None and transport.outlines.has(heard.audio_id):

            def draw(width: int) -> str:
                return transport.outlines.lines(heard.audio_id, width)[0]

        self._player.present(state, transport.switches, draw, self.ctk.look)
        if state.status == "playing":
            self._clock.resume()
        else:
            self._clock.pause()

    def _tick(self) -> None:
        self.show_player()
        self.view.sound_moved()

    def _draw_footer(self) -> None:
        app = self.ctk
        words = []
        for name in (*self.view.FOOTER, *ALWAYS):
            action = BY_NAME[name]
            words.append((app.keymap.shown(name), action.footer, not app.keys.why_not(action)))
        self._footer.show(footer(words, self.size.width, app.look))

    def say(self, text: str, hint: str = "", *, bad: bool = False) -> None:
        """Say something in the lowest line until the next key."""
        look = self.ctk.look
        line = Text.assemble(" ", (text, look.warning if bad else look.strong))
        if hint:
            line.append(f"  {hint}", look.quiet)
        self._said = True
        self._footer.show(line)

    def hush(self) -> None:
        """Show the keys again."""
        if self._said:
            self._said = False
            self._draw_footer()

    def show_chord(self) -> None:
        """Show the second keys of the chord that was begun, or nothing."""
        app = self.ctk
        first = app.keys.grammar.pending
        self._chord.display = bool(first)
        if not first:
            return
        seconds = [(shown(key), action.title) for key, action in app.keymap.seconds(self._here, first)]
        lines = chords(shown(first), seconds, self.size.width, app.look)
        self._chord.styles.height = len(lines)
        self._chord.show(Text("\n").join(lines))

    def catalog_changed(self, *, done: bool) -> None:
        """Somebody wrote to the catalog: let the views bring themselves up to date.

        Args:
            done: whether a job has ended, so that nothing more comes.
        """
        for view in self._views.values():
            view.catalog_changed(done=done, seen=view is self.view)

    def remember(self, memory: Memory) -> None:
        """Put what the views know into the memory."""
        memory.view = self._here
        for view in self._views.values():
            view.remember(memory)


def _made(name: str) -> View:
    """Return a view that was not shown yet; imported now, for the first screen's sake."""
    if name == SOURCES:
        from ctk_tui.tui.screens.sources import SourcesView

        return SourcesView(id=name)
    if name == DUPLICATES:
        from ctk_tui.tui.screens.duplicates import DuplicatesView

        return DuplicatesView(id=name)
    from ctk_tui.tui.screens.history import HistoryView

    return HistoryView(id=name)
