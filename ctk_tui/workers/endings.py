"""The ends of a worker process: with its parent, by a limit, never with a core file."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading

OUT_OF_MEMORY = 86
"""Exit code of a worker whose work raised MemoryError: what state it is in nobody knows."""
ADDRESS_SPACE = 4
"""Times the memory limit: decoders reserve much more than they touch. It is there for the hog that takes gigabytes
between two looks of the parent; an absurd size in a file's header fails at once."""
LEAST_SPACE = 1 << 30
"""Bytes of address space that are never refused: each thread reserves up to 72 MiB and uses next to nothing of it."""
LEAST_PATIENCE = 10.0
"""Seconds without Python that are never taken for the end: a busy machine lets a process wait for some."""


def end_with_parent(parent: int, patience: float) -> None:
    """End this process when its parent is gone, whatever it does then.

    The end of the request pipe ends it as long as Python runs. C code that keeps the interpreter locked needs more:
    Linux sends a signal; elsewhere (and on Linux, should the signal not come) a C thread ends the process when Python
    has not run for twice `patience`. The signal comes when the parent's *thread* that started the worker ends, so the
    pool starts and ends each worker in one thread.

    Args:
        parent: process id of the parent.
        patience: seconds that one item may take.
    """
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if sys.platform != "win32" and os.getppid() != parent:
        os._exit(0)  # it died before it could be watched
    threading.Thread(
        target=stay_awake, args=(max(2 * patience, LEAST_PATIENCE),), name="stay awake", daemon=True
    ).start()


def stay_awake(patience: float) -> None:
    """Wind up the dead man's switch again and again: it ends the process when this thread cannot run any more.

    Args:
        patience: seconds without Python after which the process ends.
    """
    pause = threading.Event()
    while True:
        faulthandler.dump_traceback_later(patience, exit=True)
        pause.wait(patience / 4)


def limit(memory: int, niceness: int) -> None:
    """Set what the system shall hold this process to.

    Args:
        memory: bytes that it may use; the parent watches that, here only the address space is bounded, on Linux.
        niceness: added to its nice value; above 0 also means a lower priority class on Windows.
    """
    if sys.platform == "win32":
        if niceness > 0:
            import psutil

            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux":
            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            bound = max(memory * ADDRESS_SPACE, LEAST_SPACE)
            if hard == resource.RLIM_INFINITY or bound < hard:
                resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
        if niceness:
            os.nice(niceness)
