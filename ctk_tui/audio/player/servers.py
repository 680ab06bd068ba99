"""Sound servers: where PULSE_SERVER leads, on whose loudspeakers that is, and why nothing comes out."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Mapping

LOCAL_MS, REMOTE_MS = 60, 250
"""Device periods: 60 ms loses nothing on a machine that is busy; over a network it has to be three times the round
trip, and 250 ms lost nothing at 80 ms of it, where 150 ms lost a tenth."""
TUNNEL = "~/.ctk-pulse/native"
"""Where docs/ssh.md lets the tunnel end: a socket in a folder that only its owner can enter."""


@contextlib.contextmanager
def server_in(server: str, lock: threading.Lock) -> Iterator[None]:
    """Let libpulse, which reads it from the environment, find `server` while a context is made; "" changes nothing."""
    with lock:
        before = os.environ.get("PULSE_SERVER")
        try:
            if server:
                os.environ["PULSE_SERVER"] = server
            yield
        finally:
            if server and before is None:
                del os.environ["PULSE_SERVER"]
            elif server and before is not None:
                os.environ["PULSE_SERVER"] = before


def server_of(environ: Mapping[str, str]) -> str:
    """Return the first sound server that PULSE_SERVER names, "" for the usual one.

    Its words may be several, each with a machine id in braces before it (PulseAudio, "Server String Format").
    """
    words = environ.get("PULSE_SERVER", "").split()
    return words[0].rpartition("}")[2] if words else ""


def address_of(server: str) -> str:
    """Return host and port where a server is reached over TCP, "" where it is not."""
    if not server or server.startswith(("unix:", "/")):
        return ""
    for prefix in ("tcp:", "tcp4:", "tcp6:"):
        if server.startswith(prefix):
            return server[len(prefix) :]
    return server


def is_tunnel(server: str) -> bool:
    """Return whether a server is the socket that docs/ssh.md lets a tunnel end in."""
    return server.removeprefix("unix:") == os.path.expanduser(TUNNEL)


def is_remote(server: str) -> bool:
    """Return whether sound for a server travels over a network."""
    return bool(address_of(server)) or is_tunnel(server)


def period_ms(wanted: int, server: str) -> int:
    """Return the device period for a setting in milliseconds, 0 for the one that suits the server."""
    return wanted or (REMOTE_MS if is_remote(server) else LOCAL_MS)


def host_of(server: str, backend: str = "pulseaudio") -> str:
    """Return on whose loudspeakers a server plays: this host's name, or the way to it."""
    server = server or (server_of(os.environ) if backend == "pulseaudio" else "")
    if backend == "none":
        return ""
    if is_tunnel(server):
        return "the other end of the tunnel"
    return address_of(server) or platform.node()


def candidates(environ: Mapping[str, str]) -> list[str]:
    """Return the servers to choose from: PULSE_SERVER's or the usual one, the tunnel's if it is there, this host's."""
    named = server_of(environ)
    found = [named]
    tunnel = os.path.expanduser(TUNNEL)
    if not is_tunnel(named) and os.path.exists(tunnel):
        found.append("unix:" + tunnel)
    own = os.path.join(environ.get("XDG_RUNTIME_DIR", ""), "pulse", "native")
    if named and os.path.isabs(own) and os.path.exists(own) and named != "unix:" + own:
        found.append("unix:" + own)
    return found


def explain(environ: Mapping[str, str], *, server: str, card: bool, library: bool, over_ssh: bool) -> tuple[str, str]:
    """Return why no device can be opened, and the next step.

    Args:
        environ: of this process.
        server: the sound server that was chosen, "" for the usual one.
        card: whether this machine has a sound card that ALSA could play on.
        library: whether libpulse is installed.
        over_ssh: whether the keyboard is on another host.
    """
    server = server or server_of(environ)
    if sys.platform == "linux" and not library and (server or not card):
        return (
            "libpulse is missing, which speaks to sound servers",
            "install it (Debian, Ubuntu: apt install libpulse0)",
        )
    if is_tunnel(server) or (address_of(server) and _is_here(address_of(server))):
        return (
            f"the sound server at {server} does not answer",
            "is the ssh -R tunnel still there? docs/ssh.md tells how to make it",
        )
    if server:
        return f"the sound server at {server} does not answer", "check PULSE_SERVER, or choose another output"
    if sys.platform != "linux":
        return "no sound device", "connect one, or choose another output"
    if over_ssh:
        return (
            f"no sound server runs on {platform.node()}",
            "docs/ssh.md tells in four lines how to hear it on your computer",
        )
    if card:
        return (
            "the sound card cannot be opened",
            "another program may hold it; start PulseAudio or PipeWire to share it",
        )
    return "no sound server and no sound card", "start PulseAudio or PipeWire (pipewire-pulse), or connect a device"


def _is_here(address: str) -> bool:
    host = address.rpartition(":")[0].strip("[]") or address
    return host in {"localhost", "127.0.0.1", "::1"}
