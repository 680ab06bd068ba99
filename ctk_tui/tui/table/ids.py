"""Row ids by the million: kept as one block of 64-bit numbers, never as a Python object each."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Ids: TypeAlias = "memoryview[int]"
"""Of signed 64-bit integers. `ids[0]` and `ids[3:9].tolist()` cost the same at a million as at ten."""

MANY = 50_000
"""From here on numpy looks for an id: 0.4 ms in a million against 20 ms. What made as many has loaded it already."""


def as_ids(numbers: Iterable[int]) -> Ids:
    """Return ids as a table takes them.

    An `array("q")` and a numpy array of int64 are taken as they are, and must not be changed any more. A million Python
    integers take 80 ms: call it where they were read, off the screen's thread.
    """
    if isinstance(numbers, memoryview) and numbers.format == "q":
        return numbers
    try:
        view = memoryview(numbers)  # type: ignore[arg-type]  # what has no buffer raises
    except TypeError:
        return memoryview(array("q", numbers)).toreadonly()
    if view.itemsize != 8 or view.format not in {"q", "l"} or not view.contiguous:
        return memoryview(array("q", numbers)).toreadonly()
    return view.cast("B").cast("q").toreadonly() if view.nbytes else NONE


NONE: Ids = memoryview(array("q")).toreadonly()
"""No rows."""


def find(ids: Ids, wanted: int) -> int:
    """Return the first place of an id, -1 where it is not."""
    if len(ids) < MANY:
        try:
            return ids.tolist().index(wanted)
        except ValueError:
            return -1
    import numpy as np

    places = np.flatnonzero(np.frombuffer(ids, dtype=np.int64) == wanted)
    return int(places[0]) if len(places) else -1


def among(ids: Ids, some: Collection[int]) -> int:
    """Return how many of some distinct ids are in a list: 6 ms where that is a million."""
    if len(ids) < MANY:
        return len(set(some).intersection(ids.tolist()))
    import numpy as np

    wanted = np.fromiter(some, dtype=np.int64, count=len(some))
    return int(np.count_nonzero(np.isin(np.frombuffer(ids, dtype=np.int64), wanted)))


REACH = 64
"""Rows on either side that are looked at for one that survived."""


def nearest(old: Ids, at: int, new: Ids) -> int:
    """Return the place in `new` of the row that was nearest to `at` in `old`, the later of two; -1 for none near."""
    around = sorted(
        range(max(0, at - REACH), min(len(old), at + REACH + 1)), key=lambda place: (abs(place - at), -place)
    )
    candidates = [old[place] for place in around]
    there = _present(candidates, new)
    return next((find(new, candidate) for candidate in candidates if candidate in there), -1)


def _present(candidates: list[int], ids: Ids) -> set[int]:
    if len(ids) < MANY:
        return set(candidates).intersection(ids.tolist())
    import numpy as np

    block = np.frombuffer(ids, dtype=np.int64)
    return set(block[np.isin(block, np.array(candidates, dtype=np.int64))].tolist())
