"""The palette: exactly the table of actions, as far as it is meant for the view that is shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

if TYPE_CHECKING:
    from ctk_tui.tui.actions import Action
    from ctk_tui.tui.app import CtkApp


class ActionProvider(Provider):
    """Offers the actions of the view, with their keys."""

    @property
    def _ctk(self) -> CtkApp:
        return cast("CtkApp", self.app)

    def _help(self, action: Action) -> str:
        reason = self._ctk.keys.why_not(action)
        key = self._ctk.keymap.shown(action.name)
        return f"{key}  {reason}" if reason else key

    async def discover(self) -> Hits:
        """Offer all of them while nothing is typed."""
        for action in self._ctk.keys.possible():
            yield DiscoveryHit(action.title, partial(self._ctk.keys.act, action.name), help=self._help(action))

    async def search(self, query: str) -> Hits:
        """Offer those whose words match what is typed."""
        matcher = self.matcher(query)
        for action in self._ctk.keys.possible():
            score = matcher.match(f"{action.title} {action.name}")
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(action.title),
                    partial(self._ctk.keys.act, action.name),
                    help=self._help(action),
                )
