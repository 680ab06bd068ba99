"""The nearest of many unit vectors, by looking at each: usearch where it is installed, numpy where it is not.

usearch multiplies float16 rows where they lie. numpy has no such product, and its own way from float16 to float32 takes
5 ns a number; shifting the bits takes 0.5 ns, so the fall-back is three to four times as slow as usearch, not thirty.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ctk_tui.classify.vectorfile import Rows

    Query: TypeAlias = NDArray[np.float32]
    Places: TypeAlias = NDArray[np.int64]
    Scores: TypeAlias = NDArray[np.float32]

BLOCK = 64
"""Rows that numpy turns into float32 at once: 512 KB, which a core's cache holds; and so few that the product needs no
second thread, which a busy machine lets wait: 256 rows take five times as long there."""
GATHERED = 8192
"""Rows that are copied together for one search where not all are asked for: 32 MB."""
MORE = 64
"""Candidates beyond those asked for: their order is decided in float32, where float16 sums differ by 0.0001."""
SMALLEST = np.float32(1e-9)
"""A length that no unit vector has: a row of zeros is near nothing."""
_SHIFT = 13
"""Bits between the fractions of float16 (10) and float32 (23)."""
_SIGN_AND_FRACTION = 0x8FFFE000
_SCALE = np.float32(2.0**112)
"""What the shifted bits are too small by: the exponents of the two are biased by 15 and 127."""


@functools.cache
def usearch() -> Any:
    """Return usearch's index module, None where it is not installed."""
    try:
        from usearch import index
    except ImportError:
        return None
    return index


def nearest(rows: Rows, query: Query, count: int, *, of: Places | None = None) -> tuple[Places, Scores]:
    """Return the rows that point most nearly the same way, the nearest first; equal ones in the order of rows.

    Args:
        rows: unit vectors, float16, (n, d).
        query: a unit vector, float32, (d,).
        count: how many.
        of: only these rows, growing; None for all.

    Returns:
        Places in `rows`, and the cosines.
    """
    total = len(rows) if of is None else len(of)
    count = min(count, total)
    if count == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    found = _candidates(rows, query, min(total, count + MORE), of)
    some = rows[found].astype(np.float32)
    # float16 leaves the length of a row at 1 to 0.0003; the cosine minds.
    scores = some @ query / np.maximum(np.linalg.norm(some, axis=1), SMALLEST)
    order = np.lexsort((found, -scores))[:count]
    return found[order], scores[order]


def _candidates(rows: Rows, query: Query, most: int, of: Places | None) -> Places:
    """Return the places of the best, and of some more, in no order."""
    if of is None:
        return _best(rows, query, most)
    parts = []
    for start in range(0, len(of), GATHERED):
        part = of[start : start + GATHERED]
        whole = len(part) == part[-1] - part[0] + 1  # neighbours in the file: nothing needs to be copied
        some = rows[part[0] : part[-1] + 1] if whole else rows[part]
        parts.append(part[_best(some, query, min(most, len(part)))])
    return np.concatenate(parts)


def _best(rows: Rows, query: Query, most: int) -> Places:
    module = usearch()
    if module is None:
        scores = products(rows, query)
        return np.argpartition(-scores, most - 1)[:most].astype(np.int64)
    found = module.search(rows, query.astype(np.float16), most, module.MetricKind.IP, exact=True)
    return np.asarray(found.keys).astype(np.int64)


def products(rows: Rows, query: Query) -> Scores:
    """Return the product of each row with the query, in float32, without usearch.

    Args:
        rows: float16, (n, d), finite.
        query: float32, (d,).
    """
    found = np.empty(len(rows), np.float32)
    bits = rows.view(np.int16)
    buffer = np.empty((min(BLOCK, len(rows)), rows.shape[1]), np.int32)
    scaled = query.astype(np.float32) * _SCALE
    keep = np.uint32(_SIGN_AND_FRACTION).view(np.int32)
    for start in range(0, len(rows), BLOCK):
        part = bits[start : start + BLOCK]
        block = buffer[: len(part)]
        # An int16 becomes an int32 with its sign in all upper bits; the mask leaves one of them.
        np.left_shift(part, _SHIFT, out=block, dtype=np.int32, casting="same_kind")
        np.bitwise_and(block, keep, out=block)
        found[start : start + len(part)] = block.view(np.float32) @ scaled
    return found
