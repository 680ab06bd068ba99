"""The decoder process: takes requests, sends blocks; what it reads may crash it, and only it."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, BinaryIO

from ctk_tui.audio.player.spawn import Sender, take_pipes
from ctk_tui.audio.player.state import CHANNELS, RATE
from ctk_tui.model.errors import CtkError, FileError
from ctk_tui.workers import endings, framing

if TYPE_CHECKING:
    from ctk_tui.audio.decode import Sound
    from ctk_tui.audio.layouts import Samples

PATIENCE = 20.0
"""Seconds that a file may take to give its next block."""
MEMORY = 1 << 30
"""Bytes that the process may use."""
_BLOCK = 4800
"""Most frames sent at once: 0.1 s."""
_LEAST = 2400
"""Fewest, but for the first and the last block of a segment: codecs give as few as 480."""

Inbox = SimpleQueue[dict[str, Any]]


def main(options: str) -> None:
    """Serve requests until the parent closes the pipe or is gone.

    A request is {"segment": number, "path": text, "start": seconds, "joins": whether it follows the last segment
    without a gap}; the newest wins, older ones are broken off. {"finish": segment} asks for the last millisecond of a
    segment that nothing joins. Answers: {"ready": process id}, {"opened": segment, "duration"}, {"block": segment,
    "bytes"} with float32 behind it; {"ended": segment, "bad", "empty"}, {"failed": segment, "reason", "hint"} or
    {"dropped": segment}; {"finished": segment}.

    Args:
        options: JSON: parent (process id).
    """
    requests, sender = take_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    endings.end_with_parent(json.loads(options)["parent"], PATIENCE)
    endings.limit(MEMORY, _yielding())
    inbox: Inbox = SimpleQueue()
    threading.Thread(target=_receive, args=(requests, inbox), name="receive", daemon=True).start()
    _warm_up()
    sender.send({"ready": os.getpid()})
    last: Sound | None = None
    while True:
        request = inbox.get()
        while not inbox.empty():
            request = inbox.get()
        if "finish" in request:
            _finish(request["finish"], last, sender)
            last = None
        else:
            last = serve(request, last if request["joins"] else None, inbox, sender)


def serve(request: dict[str, Any], last: Sound | None, inbox: Inbox, sender: Sender) -> Sound | None:
    """Decode one segment into the pipe, until its end or the next request; return it where another may join.

    Args:
        request: see `main`.
        last: the sound that it joins.
        inbox: where the next request comes.
        sender: takes the answers.
    """
    from ctk_tui.audio.decode import open_sound

    segment = request["segment"]
    if not request["path"]:
        return None
    try:
        with open_sound(os.fsencode(request["path"]), RATE, CHANNELS, request["start"], last) as sound:
            sender.send({"opened": segment, "duration": sound.duration})
            held: list[Samples] = []
            first = True
            for block in sound.blocks():
                if not inbox.empty():
                    sender.send({"dropped": segment})
                    return None
                held.append(block)
                if first or sum(map(len, held)) >= _LEAST:
                    _send(held, segment, sender)
                    held, first = [], False
            _send(held, segment, sender)
            sender.send({"ended": segment, "bad": sound.bad_packets, "empty": sound.empty})
            return sound
    except FileError as error:
        sender.send({"failed": segment, "reason": error.reason, "hint": error.hint})
    except CtkError as error:
        sender.send({"failed": segment, "reason": error.message, "hint": error.hint})
    except MemoryError:
        os._exit(endings.OUT_OF_MEMORY)
    return None


def _finish(segment: int, last: Sound | None, sender: Sender) -> None:
    """Send what the resampler still holds of a segment."""
    if last is not None:
        _send(list(last.rest()), segment, sender)
    sender.send({"finished": segment})


def _send(blocks: list[Samples], segment: int, sender: Sender) -> None:
    import numpy as np

    if not blocks:
        return
    samples = np.ascontiguousarray(np.concatenate(blocks), np.float32)
    for at in range(0, len(samples), _BLOCK):
        part = samples[at : at + _BLOCK]
        sender.send({"block": segment, "bytes": part.nbytes}, part.tobytes())


def _receive(requests: BinaryIO, inbox: Inbox) -> None:
    """Put every request into `inbox`; at the end of the pipe end the process, in the middle of its work if need be."""
    try:
        while True:
            inbox.put(framing.read(requests))
    finally:
        os._exit(0)


def _yielding() -> int:
    """Return what takes this process's nice value back to the usual one: the player's own goes first."""
    return 0 if sys.platform == "win32" else max(0, -os.getpriority(os.PRIO_PROCESS, 0))


def _warm_up() -> None:
    """Load what the first file would wait for: 150 ms of imports, 10 ms of resampler."""
    import miniaudio  # type: ignore[import-untyped]  # noqa: F401
    import numpy as np

    from ctk_tui.audio.filters import Resampler

    for _ in Resampler(44100, RATE, CHANNELS).feed(np.zeros((4410, CHANNELS), np.float32)):
        pass
