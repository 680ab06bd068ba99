"""Memory that a process keeps once it had it: for work that takes and frees the same hundreds of MB again and again."""

from __future__ import annotations

import sys

# Of mallopt(3).
_TRIM_THRESHOLD, _MMAP_MAX, _ARENA_MAX = -1, -4, -8
_NEVER = (1 << 31) - 1


def keep() -> None:
    """Let freed memory stay with this process; call it before there are threads, each of which may have a heap by then.

    glibc gives large blocks back to the system, which clears each page of them when it hands them out anew. Elsewhere
    this does nothing. One heap serves all threads: the others cannot hold a block above 64 MiB.
    """
    if sys.platform != "linux":
        return
    import ctypes

    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # musl has none
        for option, value in ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, _NEVER), (_ARENA_MAX, 1)):
            libc.mallopt(option, value)
