"""Names of plans and journal entries: 26 characters that sort by time (ULID, https://github.com/ulid/spec)."""

from __future__ import annotations

import os
import time

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U."""


def new_id(now: float | None = None) -> str:
    """Return a name that nobody has: 48 bits of milliseconds, 80 of chance.

    Args:
        now: seconds since the epoch; None for this moment.
    """
    number = int((time.time() if now is None else now) * 1000) << 80 | int.from_bytes(os.urandom(10))
    text = ""
    for _ in range(26):
        number, digit = divmod(number, 32)
        text = _DIGITS[digit] + text
    return text
