"""What is said when a query is off: the token, and what is nearest to it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from ctk_tui.model.text import safe

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LONGEST = 40
"""Characters of a token that a message shows; nearness is looked for in as many."""
LIKE = 0.6
"""How alike a name must be to be offered, by difflib's ratio: at 0.5, artist would be offered title."""
MANY = 20
"""Names that a hint lists where none is near; there are fewer fields."""


def cut(text: str) -> str:
    """Return text of the user escaped for eyes, and cut where it is long."""
    return safe(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")


def shown(text: str) -> str:
    """Return a token in quotes, escaped for eyes, and cut where it is long."""
    return f'"{cut(text)}"'


def nearest(text: str, names: Collection[str], synonyms: Mapping[str, str] | None = None) -> list[str]:
    """Return what `text` resembles most, whatever its case: two names at most, the nearest first.

    Args:
        text: what was written.
        names: what is known.
        synonyms: what else may have been meant, and the known name that it leads to.
    """
    by_lower = {name.lower(): name for name in names} | (dict(synonyms) if synonyms else {})
    wrong = text[:LONGEST].lower()
    # difflib finds "wv" nearer to "wva" than "wav": letters that changed places come first.
    found = [name for name in by_lower if sorted(name) == sorted(wrong)]
    found += difflib.get_close_matches(wrong, by_lower, 2, LIKE)
    return list(dict.fromkeys(by_lower[name] for name in found))[:2]


def instead(text: str, names: Collection[str], around: str = "{}", synonyms: Mapping[str, str] | None = None) -> str:
    """Return the hint for a name that is not known: the nearest ones, or what there is.

    Args:
        text: what was written.
        names: what is known.
        around: how a name is written in a query, such as "is:{}".
        synonyms: what else may have been meant, as `nearest` takes it.
    """
    near = nearest(text, names, synonyms)
    if near:
        return f"nearest is {' or '.join(around.format(cut(name)) for name in near)}"
    some = [around.format(cut(name)) for name in sorted(names)[:MANY]]
    return f"known: {', '.join(some)}{', …' if len(names) > MANY else ''}" if some else "there are none yet"
