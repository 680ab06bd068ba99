"""The worker's own side: takes calls from one pipe, answers on another, keeps the standard streams out of it."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import threading
import traceback
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, BinaryIO

from ctk_tui.workers import calls, endings, failures, framing, heap, ticks
from ctk_tui.workers.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

Inbox = SimpleQueue[dict[str, Any]]


def main(options: str) -> None:
    """Serve calls until the parent closes the pipe or is gone.

    Args:
        options: JSON: parent (process id), page (its handle), allow (packages), memory (bytes), niceness,
            patience (seconds an item may take), at_once (calls done side by side), keep (whether freed memory is kept).
    """
    settings = json.loads(options)
    if settings["keep"]:
        heap.keep()
    requests, replies = _take_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable(all_threads=False)
    endings.end_with_parent(settings["parent"], settings["patience"])
    endings.limit(settings["memory"], settings["niceness"])
    ticks.attach(settings["page"])
    inbox: Inbox = SimpleQueue()
    threading.Thread(target=_receive, args=(requests, inbox), name="receive", daemon=True).start()
    _send(replies, framing.encode({"ready": os.getpid()}))
    desk = _Desk(inbox, replies, settings["allow"])
    for _ in range(settings["at_once"] - 1):
        threading.Thread(target=desk.serve_beside, name="serve", daemon=True).start()
    desk.serve()


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


class _Desk:
    """Takes calls, and answers them in the order in which they came.

    Args:
        inbox: calls.
        replies: the pipe for answers.
        allow: packages whose functions may be run.
    """

    def __init__(self, inbox: Inbox, replies: BinaryIO, allow: list[str]) -> None:
        self._inbox = inbox
        self._replies = replies
        self._allow = allow
        self._known: dict[str, Callable[..., Any]] = {}
        self._taking = threading.Lock()
        self._turns = Turns()

    def serve(self) -> None:
        """Do calls, one after the other, for ever; threads that do it work side by side."""
        while True:
            with self._taking:
                call, number = self._inbox.get(), self._turns.draw()
            frame = self._answer(call)
            del call  # it may be large, and the next one far
            with self._turns.mine(number):
                _send(self._replies, frame)

    def serve_beside(self) -> None:
        """Do the same beside the main thread; what would end that ends the process."""
        try:
            self.serve()
        finally:  # it does not return
            traceback.print_exc()
            os._exit(1)

    def _answer(self, call: dict[str, Any]) -> bytes:
        """Do a call and return the frame that tells what came of it."""
        name = call["call"]
        try:
            function = self._known.get(name) or calls.resolve(name, self._allow)
        except ImportError as error:
            # Not this call's fault: no call of this function will ever work, and the parent has to know that.
            return framing.encode({"broken": f"{name} cannot be imported: {error}"})
        except TypeError as error:
            return framing.encode({"failed": failures.pack(error)})
        self._known[name] = function
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
