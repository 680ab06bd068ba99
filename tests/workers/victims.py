"""What the tests have workers do: good work, and every way to go wrong."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from typing import Any

from ctk_tui.model.errors import Cancelled, FileUnreadable, QueryError, SourceOffline
from ctk_tui.workers.ticks import tick


def add(a: int, b: int = 0) -> int:
    return a + b


def echo(value: Any) -> Any:
    return value


def double(numbers: list[int]) -> list[int]:
    doubled = []
    for at, number in enumerate(numbers):
        tick(at)
        doubled.append(2 * number)
    return doubled


def pid() -> int:
    return os.getpid()


def environment() -> dict[str, Any]:
    import resource

    return {
        "modules": sorted(sys.modules),
        "path": sys.path,
        "nice": os.nice(0),
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "space": resource.getrlimit(resource.RLIMIT_AS)[0],
        "group": os.getpgrp(),
        "interrupt": signal.getsignal(signal.SIGINT) == signal.SIG_IGN,
    }


def fail_at(numbers: list[int], bad: int, way: str) -> list[int]:
    """Go through numbers, and go wrong at the one that is `bad`."""
    for at, number in enumerate(numbers):
        tick(at)
        if number == bad:
            WAYS[way]()
    return numbers


def raise_error(kind: str) -> None:
    raise ERRORS[kind]


def make_noise(lines: int) -> str:
    for _ in range(lines):
        print("noise on stdout")  # noqa: T201  noise is what this is about
        os.write(1, b"raw noise on 1\n")
        os.write(2, b"raw noise on 2\n")
    sys.stdout.flush()
    ctypes.CDLL(None).puts(b"noise of C")
    ctypes.CDLL(None).fflush(None)
    return "quiet"


def read_stdin() -> str:
    return os.read(0, 10).decode()


def big(size: int) -> str:
    return "x" * size


def unspeakable() -> Any:
    return object()


def forge(answer: str) -> None:
    """Write onto the pipe of the answers, as a decoder that was taken over could."""
    _write_everywhere(answer)
    time.sleep(60)


def forge_two(beside: str, path: str, answer: str, other: str) -> None:
    """Wait until another call is here, write two answers at once, and then tell that it did."""
    _wait_for(beside)
    _write_everywhere(answer, other)
    open(path, "wb").close()
    time.sleep(60)


def _write_everywhere(*answers: str) -> None:
    frames = b"".join(len(answer).to_bytes(4, "big") + answer.encode() for answer in answers)
    for fd in range(3, 20):
        try:
            os.write(fd, frames)
        except OSError:
            continue


def announce(file: str, way: str) -> None:
    """Tell a file who runs here, then go wrong."""
    with open(f"{file}.tmp", "w") as out:
        out.write(str(os.getpid()))
    os.rename(f"{file}.tmp", file)
    WAYS[way]()


def _null() -> None:
    ctypes.string_at(0)


def _segfault() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _leave() -> None:
    os.write(2, b"my last words")
    os._exit(3)


def _spin() -> None:
    while True:
        pass


def _sleep() -> None:
    time.sleep(1000)


def _sleep_in_c() -> None:
    ctypes.CDLL(None).sleep(1000)


def _sleep_in_c_with_the_lock() -> None:
    """The interpreter stays locked: no other thread of this process ever runs again."""
    ctypes.PyDLL(None).sleep(1000)


def _eat() -> None:
    """Take memory and use it, 10 MB at a time."""
    held = []
    while True:
        held.append(bytearray(b"x") * 10_000_000)
        time.sleep(0.001)


def _ask_for_all() -> None:
    bytearray(1 << 50)


def _exit_politely() -> None:
    sys.exit(4)


def _close_pipes() -> None:
    os.closerange(3, 50)
    time.sleep(1000)


WAYS = {
    "null": _null,
    "segfault": _segfault,
    "leave": _leave,
    "spin": _spin,
    "sleep": _sleep,
    "sleep in C": _sleep_in_c,
    "sleep in C with the lock": _sleep_in_c_with_the_lock,
    "eat": _eat,
    "ask for all": _ask_for_all,
    "exit politely": _exit_politely,
    "close pipes": _close_pipes,
}
ERRORS: dict[str, Exception] = {
    "file": FileUnreadable(b"/a\xff.wav", "input/output error", "look at the cable"),
    "offline": SourceOffline("not there", "plug it in"),
    "cancelled": Cancelled(),
    "query": QueryError("off", 1, 2, "say it so"),
    "value": ValueError("too \udcff odd"),
}


def plod(items: int, seconds: float) -> int:
    """Take long in all, and not long for any item."""
    for at in range(items):
        tick(at)
        time.sleep(seconds)
    return items


def hold(size: int) -> int:
    """Keep memory for good, long enough to be seen."""
    HELD.append(bytearray(b"x") * size)
    time.sleep(0.3)
    return os.getpid()


HELD: list[bytearray] = []


def take_again(size: int, times: int) -> int:
    """Take and free memory again and again; return how many pages the system had to give for it, but for the first."""
    import resource

    ctypes.CDLL(None).prctl(41, 1, 0, 0, 0)  # PR_SET_THP_DISABLE: some systems give pages of 2 MiB unasked
    given = 0
    for at in range(times + 1):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        bytearray(b"x") * size
        given += resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before if at else 0
    return given


_met = threading.Barrier(2)


def meet(name: str) -> list[Any]:
    """Wait for another call to be here at the same time."""
    _met.wait(10)
    return [name, os.getpid()]


def after(path: str, until: str) -> str:
    """Tell that it is here, and wait for another to do so."""
    open(path, "wb").close()
    while not os.path.exists(until):
        tick(0)
        time.sleep(0.001)
    return path


def fail_beside(path: str, way: str) -> None:
    """Wait until another call is here, and go wrong."""
    _wait_for(path)
    WAYS[way]()


def _wait_for(path: str) -> None:
    while not os.path.exists(path):
        time.sleep(0.001)
