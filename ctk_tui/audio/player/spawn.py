"""How the player's processes start and take their pipes: C libraries write to descriptors 1 and 2."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import IO, Any, BinaryIO

from ctk_tui.workers import framing

# The parent's own sys.path, so that both run the same code; no site: 10 ms, and whatever its .pth files do.
_START = (
    "import sys; sys.path[:] = sys.argv[3:]; from importlib import import_module as i; i(sys.argv[1]).main(sys.argv[2])"
)


def spawn(module: str, options: dict[str, Any], stderr: int) -> subprocess.Popen[bytes]:
    """Start a process that runs `main` of a module with these options as JSON.

    Call it in a thread that lives as long as the process shall: on Linux the process ends with that thread.

    Args:
        module: dotted name; its `main` takes one string.
        options: what JSON can hold; the process id of this process is added as "parent".
        stderr: open descriptor that takes what the process and its libraries say.

    Raises:
        OSError: the system cannot start it.
    """
    paths = [entry or os.getcwd() for entry in sys.path]
    flags = ["-I", "-S", "-X", f"utf8={sys.flags.utf8_mode}", *(["-B"] if sys.dont_write_bytecode else [])]
    program = sys.executable
    own: dict[str, Any]
    if sys.platform == "win32":
        # The python.exe of a virtual environment is a launcher that starts another process: start the real one.
        program = getattr(sys, "_base_executable", program)
        own = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    else:
        own = {"process_group": 0}  # Ctrl-C in the terminal is for the one who started us to hear
    words = json.dumps({**options, "parent": os.getpid()})
    return subprocess.Popen(
        [program, *flags, "-c", _START, module, words, *paths],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, **own,
    )  # fmt: skip


def take_pipes() -> tuple[BinaryIO, Sender]:
    """Move the pipes of this process away from descriptors 0 and 1, where C code talks; 1 goes where 2 goes."""
    requests, replies = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(requests, os.O_BINARY)
        msvcrt.setmode(replies, os.O_BINARY)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return os.fdopen(requests, "rb"), Sender(os.fdopen(replies, "wb", buffering=0))


class Sender:
    """Frames into a pipe, from any thread.

    Args:
        pipe: an unbuffered or buffered binary stream.
    """

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def send(self, value: Any, payload: bytes | memoryview = b"") -> bool:
        """Send a value and the bytes that belong to it; return False where nobody reads any more.

        Args:
            value: what JSON can hold.
            payload: bytes that follow the frame as they are; the value tells how many.
        """
        try:
            with self._lock:
                for part in (framing.encode(value), payload):
                    view = memoryview(part).cast("B")
                    while view:
                        view = view[self._pipe.write(view) :]
                self._pipe.flush()
        except (OSError, ValueError):  # ValueError: closed on our side meanwhile
            return False
        return True

    def close(self) -> None:
        """Close the pipe; the process behind it sees the end."""
        try:
            self._pipe.close()
        except OSError:
            return  # something was still in its buffer, and nobody is there to read it
