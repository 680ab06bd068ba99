"""Over what line the user sits at this machine."""

from __future__ import annotations

import os

from ctk_tui.audio.player.remote import keyboard_host


def keyboard() -> str:
    """Return the address of the host whose keyboard is used, "" where it is this one's; inside tmux tmux is asked."""
    return keyboard_host(os.environ) or ""
