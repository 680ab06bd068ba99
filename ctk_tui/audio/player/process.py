"""The player process: commands in, news out; it ends with its parent, and its device with it."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, BinaryIO

from ctk_tui.audio.player.engine import Engine
from ctk_tui.audio.player.spawn import Sender, take_pipes
from ctk_tui.audio.player.state import STUCK, News
from ctk_tui.workers import endings, framing

if TYPE_CHECKING:
    from collections.abc import Callable

TICK = 0.05
"""Seconds between two looks at what is heard."""
_TICKS_A_STATE = 2
"""The state is told every 0.1 s while something plays."""
_PATIENCE = 20.0
"""Half the seconds without Python after which the process ends itself."""
_NICENESS = -10
"""Added to the nice value; the decoder takes it back."""
_QUESTIONS: dict[str, Callable[[Engine], Any]] = {
    "outputs": lambda engine: [asdict(output) for output in engine.outlet.outputs()],
    "look": lambda engine: asdict(engine.outlet.look()),
}
_NOISE = 1 << 18
"""Bytes kept of what libraries write to the second stream."""


def main(options: str) -> None:
    """Serve commands until the parent closes the pipe or is gone.

    Args:
        options: JSON: parent (process id), output, buffer_ms, volume, loop, idle, over_ssh.
    """
    settings = json.loads(options)
    parent = settings.pop("parent")
    requests, sender = take_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    endings.end_with_parent(parent, _PATIENCE)
    _go_first()

    def tell(news: News) -> None:
        path = None if news.path is None else os.fspath(news.path)
        words = {"news": news.kind, "path": path, "reason": news.reason, "hint": news.hint}
        sender.send({**words, "state": news.state.to_json()})

    engine = Engine(tell, stderr=2, **settings)
    threading.Thread(target=_tick, args=(engine, parent), name="tick", daemon=True).start()
    try:
        _serve(engine, requests, sender)
    finally:
        # Not by the interpreter's own exit: a device that still runs would hang it for ever.
        engine.outlet.end()
        os._exit(0)


def _serve(engine: Engine, requests: BinaryIO, sender: Sender) -> None:
    while True:
        try:
            command = framing.read(requests)
        except (EOFError, framing.BadFrame):
            return
        if command["do"] in _QUESTIONS:
            # Sound servers may take their time to answer, and commands must not.
            threading.Thread(target=_answer, args=(engine, command, sender), daemon=True).start()
            continue
        obey(engine, command)
        engine.seq = command["seq"]
        engine.changed()


def obey(engine: Engine, command: dict[str, Any]) -> None:
    """Do one command of the client."""
    match command["do"]:
        case "play":
            engine.play(command["path"], command["start"])
        case "pause":
            engine.pause()
        case "resume":
            engine.resume()
        case "stop":
            engine.stop()
        case "seek":
            engine.seek(command["seconds"], relative=command["relative"])
        case "next":
            engine.follow(command["path"])
        case "loop":
            engine.loop(command["on"])
        case "volume":
            engine.volume(command["gain"])
        case "choose":
            engine.outlet.choose(command["output"])


def _go_first() -> None:
    """Ask the system to let this process go before others, as sound servers do; most users may not, and do without."""
    if sys.platform == "win32":
        import psutil

        psutil.Process().nice(psutil.HIGH_PRIORITY_CLASS)
    else:
        with contextlib.suppress(OSError):
            os.nice(_NICENESS)


def _answer(engine: Engine, command: dict[str, Any], sender: Sender) -> None:
    sender.send({"answer": _QUESTIONS[command["do"]](engine), "seq": command["seq"]})


def _tick(engine: Engine, parent: int) -> None:
    """Look after everything many times a second: what is heard, decoders that hang, a parent that is gone."""
    pause = threading.Event()
    ticks = 0
    while not pause.wait(TICK):
        ticks += 1
        engine.watch()
        if ticks % _TICKS_A_STATE == 0 and engine.state().status == "playing":
            engine.changed()
        if engine.outlet.stuck():
            os._exit(STUCK)
        if sys.platform != "win32" and os.getppid() != parent:
            os._exit(0)
        if ticks % 200 == 0 and os.fstat(2).st_size > _NOISE:
            os.ftruncate(2, 0)
