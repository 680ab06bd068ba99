"""Work that the user waits for: how far it is, and a key that stops it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.widgets import Static

from ctk_tui.model.errors import Cancelled, CtkError
from ctk_tui.model.job import Job
from ctk_tui.tui.dialogs.frame import Box, Dialog
from ctk_tui.tui.present.topbar import bar

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.events import Key

LOOK_SECONDS = 0.25
"""Between two looks at how far it is."""
CELLS = 40


class Working(Dialog[Any]):
    """Runs work in the writing thread; the answer is its result, None where it was stopped or failed.

    Args:
        title: what is done.
        work: gets a job to count on.
    """

    DEFAULT_CSS = "Working > .box { width: 60; }"

    def __init__(self, title: str, work: Callable[[Job], Any]) -> None:
        super().__init__()
        self._title, self._work = title, work
        self._job = Job()

    def compose(self) -> ComposeResult:
        """Give the parts."""
        look = self.ctk.look
        with Box():
            yield Static(Text(self._title, look.strong), markup=False)
            yield Static("\n", id="far", markup=False)
            yield Static(self.hints(("esc", "stop; what is done stays done")), markup=False)

    def on_mount(self) -> None:
        """Begin."""
        self.set_interval(LOOK_SECONDS, self._look)
        self.run_worker(self._do(), exit_on_error=True)

    async def _do(self) -> None:
        try:
            result = await self.ctk.bridge.run("write", self._work, self._job)
        except Cancelled:
            result = None
        except CtkError as error:
            result = None
            self.ctk.tell(error.message, hint=error.hint, bad=True)
        # Work that is done at once shows no box that flickers by; the loop draws it before.
        await asyncio.sleep(0)
        self.dismiss(result)

    def _look(self) -> None:
        if self.is_ended:
            return
        look, job = self.ctk.look, self._job
        text = Text("\n")
        if job.total:
            text.append_text(bar(min(1.0, job.done / job.total), CELLS, look, ascii_only=self.ctk.ascii_only))
            text.append(f"  {job.done:,} of {job.total:,}\n", look.quiet)
        else:
            text.append(f"{job.done:,}\n" if job.done else "\n", look.quiet)
        self.query_one("#far", Static).update(text)

    def leave(self) -> bool:
        """Stop the work; the dialog ends with it."""
        self._job.cancel()
        return True

    def pressed(self, event: Key) -> bool:
        """Take no key."""
        del event
        return True
