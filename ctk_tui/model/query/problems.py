"""What is said when a query is off: the token, and what is nearest to it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ctk_tui.model.text import safe

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST = 40
"""Characters of a token that a message shows; nearness is looked for in as many."""
LIKE = 0.6
"""How alike a name must be to be offered, by difflib's ratio: at 0.5, artist would be offered title."""
MANY = 20
"""Names that a hint lists where none is near; there are fewer fields."""


def shown(text: str) -> str:
    """Return a token in quotes, escaped for eyes, and cut where it is long."""
    return f'"{safe(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")}"'


def nearest(text: str, names: Mapping[str, str]) -> list[str]:
    """Return what `text` resembles most, whatever its case: two names at most, the nearest first.

    Args:
        text: what was written.
        names: by what may have been meant, the name that is told: a synonym leads to the name it stands for.
    """
    by_lower = {name.lower(): told for name, told in names.items()}
    wrong = text[:LONGEST].lower()
    # difflib finds "wv" nearer to "wva" than "wav": letters that changed places come first.
    found = [name for name in by_lower if sorted(name) == sorted(wrong)]
    found += difflib.get_close_matches(wrong, by_lower, 2, LIKE)
    return list(dict.fromkeys(by_lower[name] for name in found))[:2]


def instead(text: str, names: Collection[str] | Mapping[str, str], around: str = "{}") -> str:
    """Return the hint for a name that is not known: the nearest ones, or what there is.

    Args:
        text: what was written.
        names: what is known, as `nearest` takes it, or the names alone.
        around: how a name is written in a query, such as "is:{}".
    """
    known = names if isinstance(names, Mapping) else {name: name for name in names}
    near = nearest(text, known)
    if near:
        return f"nearest is {' or '.join(around.format(name) for name in near)}"
    some = sorted(set(known.values()))
    more = ", …" if len(some) > MANY else ""
    return f"known: {', '.join(around.format(name) for name in some[:MANY])}{more}" if some else "there are none yet"
