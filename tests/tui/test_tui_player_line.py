"""Lines as text: the player's sign never claims a sound that nobody can hear, a bar is read without colours."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctk_tui.toolkit.audio import PlayerState
from ctk_tui.tui.present.player import Switches, left, right, sign
from ctk_tui.tui.present.styles import Styles
from ctk_tui.tui.present.topbar import bar

LOOK = Styles(accent="red", warning="blue", quiet="grey50", faint="grey30")


@pytest.mark.parametrize(
    ("state", "shown", "plain"),
    [
        (PlayerState(status="playing"), "▶", ">"),
        (PlayerState(status="playing", problem="no sound server"), "▷", "o"),
        (PlayerState(status="paused", problem="no sound server"), "‖", "="),
        (PlayerState(status="stopped", problem="no sound server"), "■", "."),
    ],
)
def test_the_sign_of_a_state(state: PlayerState, shown: str, plain: str) -> None:
    assert sign(state) == shown
    assert sign(state, ascii_only=True) == plain


def test_what_nobody_hears_is_told_and_quiet() -> None:
    state = PlayerState(status="playing", path=Path("kick.wav"), duration=1.0, problem="no sound server")
    switches = Switches(audition=False, play_on=False, muted=False)
    line = left(state, switches, 120, LOOK)
    assert line.plain.startswith(" ▷ kick.wav")
    assert LOOK.accent not in {str(span.style) for span in line.spans} | {str(line.style)}
    assert "no sound server" in right(state, switches, 120, LOOK).plain


@pytest.mark.parametrize(
    ("share", "shown", "plain"), [(0.0, "────", "    "), (0.4, "━╸──", "=-  "), (1.0, "━━━━", "====")]
)
def test_what_is_left_of_a_bar_is_seen_without_colours(share: float, shown: str, plain: str) -> None:
    assert bar(share, 4, LOOK).plain == shown
    assert bar(share, 4, LOOK, ascii_only=True).plain == plain
