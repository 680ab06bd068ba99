"""The player's line: what plays, where in it, its outline, loudness, and where sound comes out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from ctk_tui.model.format import length
from ctk_tui.tui.present.words import name, short

if TYPE_CHECKING:
    from ctk_tui.toolkit.audio import PlayerState
    from ctk_tui.tui.present.styles import Styles

_SIGNS = {"playing": "▶", "paused": "‖", "stopped": "■", "unheard": "▷"}
_ASCII_SIGNS = {"playing": ">", "paused": "=", "stopped": ".", "unheard": "o"}


@dataclass(frozen=True, slots=True)
class Switches:
    """What stands beside the sound."""

    audition: bool
    """Whether moving the cursor plays."""
    play_on: bool
    """Whether the list is played through."""
    muted: bool
    """Whether it is silent until `M` is pressed again."""
    ascii_only: bool = False
    """Whether only ASCII may be drawn."""


def clock(state: PlayerState) -> str:
    """Return position and length."""
    return f"{length(state.position)}/{length(state.duration)}"


def sign(state: PlayerState, *, ascii_only: bool = False) -> str:
    """Return the sign of a state; what plays to no device has one that claims no sound."""
    status = "unheard" if state.status == "playing" and state.problem else state.status
    return (_ASCII_SIGNS if ascii_only else _SIGNS)[status]


def left(state: PlayerState, switches: Switches, width: int, styles: Styles) -> Text:
    """Return what stands before the outline: state, name where there is room, position and length."""
    heard = state.status == "playing" and not state.problem
    text = Text(f" {sign(state, ascii_only=switches.ascii_only)} ", styles.accent if heard else styles.quiet)
    if state.path is None:
        return text.append("nothing played yet  ", styles.quiet)
    if width >= 100:
        text.append(short(name(os.path.basename(os.fsencode(state.path))), width // 5) + "  ")
    return text.append(clock(state) + "  ", styles.quiet)


def right(state: PlayerState, switches: Switches, width: int, styles: Styles) -> Text:
    """Return what stands behind it: loudness, loop, audition, and where sound comes out or why it does not."""
    text = Text("  ")
    wide = width >= 120
    volume = (
        "muted" if switches.muted else f"vol {state.volume * 100:.0f} %" if wide else f"vol {state.volume * 100:.0f}"
    )
    text.append(volume, styles.warning if switches.muted else styles.quiet)
    for word, on in (("loop", state.loop), ("audition", switches.audition), ("play on", switches.play_on)):
        if on:
            text.append(f"  {word}", styles.accent if word != "audition" else styles.quiet)
        elif wide and word != "play on":
            text.append(f"  {word} off", styles.faint)
    text.append("  ")
    if state.problem:
        text.append(short(state.problem, max(20, width // 3)), styles.warning)
    elif state.output:
        text.append(short(where(state), max(16, width // 4)), styles.quiet)
    return text.append(" ")


def where(state: PlayerState) -> str:
    """Return the host and the way by which sound comes out."""
    return f"{state.host} · {state.output}" if state.host else state.output


def outline(drawn: str, share: float | None, styles: Styles) -> Text:
    """Return an outline in two styles: what was heard, and what comes.

    Args:
        drawn: the characters.
        share: how much of it was heard, 0 to 1; None where nothing plays.
        styles: how things look.
    """
    place = 0 if share is None else min(len(drawn), round(share * len(drawn)))
    return Text.assemble((drawn[:place], styles.accent), (drawn[place:], styles.quiet))
