"""From SQLite to numpy and back: numbers by the million in one step, in which Python's lock is free.

A million ids come in 60 ms; row by row they take 350 ms, and every thread of the app waits for that.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Ids: TypeAlias = NDArray[np.int64]
    Mask: TypeAlias = NDArray[np.bool_]
    Letters: TypeAlias = NDArray[np.uint8]
    Places: TypeAlias = NDArray[np.int32]
    Values: TypeAlias = NDArray[np.float64]

PIECE = 1_000_000
"""Characters of text that are read at once."""


@functools.cache
def numpy() -> Any:
    """Return numpy, imported when first needed: `ctk --help` does without."""
    import numpy as np

    return np


def numbers(text: str | None) -> Ids:
    """Return what `group_concat` made of integers; None is none."""
    np = numpy()
    found: Ids = np.fromstring(text, dtype=np.int64, sep=",") if text else np.zeros(0, dtype=np.int64)
    return found


def floats(text: str | None) -> Values:
    """Return what `group_concat` made of floats, to 15 digits; None is none."""
    np = numpy()
    text = text or ""
    parts, at = [np.zeros(0)], 0
    while at < len(text):
        # A piece at a time, 5 ms each: numpy holds Python's lock while it reads text.
        end = text.find(",", at + PIECE)
        end = len(text) if end < 0 else end
        parts.append(np.fromstring(text[at:end], sep=","))
        at = end + 1
    whole: Values = np.concatenate(parts)
    return whole


def ids(connection: sqlite3.Connection, sql: str, values: Sequence[object] = ()) -> Ids:
    """Return the integers of a statement that selects one `group_concat`."""
    return numbers(connection.execute(sql, values).fetchone()[0])


def as_json(some: Ids) -> str:
    """Return ids as a JSON array, which `json_each` takes apart: any number of ids in one bound value."""
    return f"[{','.join(map(str, some.tolist()))}]"


def spread(some: Ids, size: int) -> Mask:
    """Return a mask of `size` places that is true at `some` of them; those beyond are left out."""
    np = numpy()
    mask: Mask = np.zeros(size, dtype=np.bool_)
    mask[some if len(some) == 0 or int(some.max()) < size else some[some < size]] = True
    return mask


def places(mask: Mask) -> Ids:
    """Return where a mask is true."""
    found: Ids = numpy().flatnonzero(mask)
    return found
