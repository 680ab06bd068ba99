"""What the doctor says of sound: decoders, where it comes out or why it does not, and how to hear it at home."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctk_tui.audio import codecs
from ctk_tui.audio.player.client import Player
from ctk_tui.audio.player.servers import REMOTE_MS, TUNNEL, is_remote, server_of
from ctk_tui.model.doctor import Check
from ctk_tui.model.errors import CtkError
from ctk_tui.toolkit.outputs import is_elsewhere, listed
from ctk_tui.workers.pool import WorkerPool

if TYPE_CHECKING:
    from ctk_tui.audio.player.state import PlayerState
    from ctk_tui.model.settings import AudioSettings


def hearing(settings: AudioSettings) -> list[Check]:
    """Look at the decoders, the sound device, the outputs and the buffer.

    Args:
        settings: the `[audio]` table.
    """
    with Player(buffer_ms=settings.buffer_ms) as player:  # its process starts while the decoders are looked at
        return [decoders(), *_device(player, settings)]


def decoders() -> Check:
    """Tell which decoders are here, and which are missing."""
    with WorkerPool(1) as pool:
        try:
            found = pool.submit(codecs.look).result()
        except CtkError as error:
            return Check("decoders", "error", error.message, "install ctk again: `pipx install ctk-tui`")
    missing = found.pop("missing")
    versions = ", ".join(f"{name} {version}" for name, version in found.items())
    if missing:
        return Check("decoders", "error", f"{versions}: no decoder for {missing}",
                     "install PyAV from its wheel: `pip install --force-reinstall --only-binary :all: av`")  # fmt: skip
    return Check("decoders", "ok", versions)


def _device(player: Player, settings: AudioSettings) -> list[Check]:
    try:
        state, outputs = player.look(), player.outputs()
    except CtkError as error:
        return [Check("sound", "warn", error.message, error.hint)]
    return [sounds(state), buffer(state, settings), Check("outputs", "ok", listed(outputs))]


def sounds(state: PlayerState) -> Check:
    """Tell where sound comes out, and what to do where that is nowhere, or not where the keyboard is.

    Args:
        state: as `Player.look` gives it.
    """
    if state.problem:
        return Check("sound", "warn", f"none: {state.problem}", state.hint if not _unheard(state) else way_home())
    where = f"{state.output} on {state.host}"
    if is_elsewhere(state):
        return Check("sound", "warn", f"{where}; your keyboard is at {state.keyboard}", way_home())
    return Check("sound", "ok", where)


def _unheard(state: PlayerState) -> bool:
    """Return whether no sound comes out because none was brought to the host of the keyboard."""
    return bool(state.keyboard) and not server_of(os.environ)


def buffer(state: PlayerState, settings: AudioSettings) -> Check:
    """Tell the length of a device period, and whether it suits the way that the sound takes."""
    chosen = "set" if isinstance(settings.buffer_ms, int) else "auto"
    detail = f"{state.buffer_ms} ms ({chosen})"
    if is_remote(server_of(os.environ)) and state.buffer_ms < REMOTE_MS:
        return Check("buffer", "warn", f"{detail}: sound over a network will have holes",
                     'set [audio] buffer_ms to "auto", or to three times the round trip that ping shows')  # fmt: skip
    return Check("buffer", "ok", detail)


def way_home() -> str:
    """Return in four lines how to hear this host's sounds at the keyboard; docs/ssh.md tells more."""
    folder = os.path.dirname(TUNNEL).removeprefix("~/")
    socket = os.path.expanduser(TUNNEL)
    return "\n".join((
        "to hear it at home, with HOST for this host's name (more in docs/ssh.md):",
        f"1 at home: ssh HOST 'install -d -m 700 {folder} && rm -f {folder}/native'",
        f"2 at home: ssh -R {socket}:$XDG_RUNTIME_DIR/pulse/native HOST",
        f"3 there:   export PULSE_SERVER=unix:$HOME/{folder}/native",
        "4 there:   ctk doctor",
    ))  # fmt: skip
