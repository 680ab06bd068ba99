"""The worker's own side: takes calls from one pipe, answers on another, keeps the standard streams out of it."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, BinaryIO

from ctk_tui.workers import calls, endings, failures, framing, ticks

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

Inbox = SimpleQueue[dict[str, Any]]


def main(options: str) -> None:
    """Serve calls until the parent closes the pipe or is gone.

    Args:
        options: JSON: parent (process id), page (its handle), allow (packages), memory (bytes), niceness,
            patience (seconds an item may take).
    """
    settings = json.loads(options)
    requests, replies = _take_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable(all_threads=False)
    endings.end_with_parent(settings["parent"], settings["patience"])
    endings.limit(settings["memory"], settings["niceness"])
    ticks.attach(settings["page"])
    inbox: Inbox = SimpleQueue()
    threading.Thread(target=_receive, args=(requests, inbox), name="receive", daemon=True).start()
    _send(replies, framing.encode({"ready": os.getpid()}))
    known: dict[str, Callable[..., Any]] = {}
    while True:
        _send(replies, _answer(inbox.get(), known, settings["allow"]))


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Move the pipes away from descriptors 0 and 1, where C code talks, and give it stderr to talk to."""
    requests, replies = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(requests, os.O_BINARY)
        msvcrt.setmode(replies, os.O_BINARY)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return os.fdopen(requests, "rb"), os.fdopen(replies, "wb", buffering=0)


def _receive(requests: BinaryIO, inbox: Inbox) -> None:
    """Put every call into `inbox`; at the end of the pipe end the process, in the middle of its work if need be."""
    try:
        while True:
            inbox.put(framing.read(requests))
    finally:
        os._exit(0)


def _send(replies: BinaryIO, frame: bytes) -> None:
    view = memoryview(frame)
    while view:
        view = view[replies.write(view) :]


def _answer(call: dict[str, Any], known: dict[str, Callable[..., Any]], allow: list[str]) -> bytes:
    """Do a call and return the frame that tells what came of it."""
    name = call["call"]
    try:
        function = known.get(name) or calls.resolve(name, allow)
    except ImportError as error:
        # Not this call's fault: no call of this function will ever work, and the parent has to know that.
        return framing.encode({"broken": f"{name} cannot be imported: {error}"})
    except TypeError as error:
        return framing.encode({"failed": failures.pack(error)})
    known[name] = function
    guard = _Guard()
    with guard:
        return framing.encode({"result": function(*call["args"], **call["kwargs"])})
    return guard.frame


class _Guard:
    """Turns what the work raises into a frame; the work is the parent's to judge, whatever it raised."""

    frame = b""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        if isinstance(error, MemoryError):
            os._exit(endings.OUT_OF_MEMORY)
        if isinstance(error, Exception):
            self.frame = framing.encode({"failed": failures.pack(error)})
            return True
        return False
