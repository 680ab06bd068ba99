"""The names that a query may use beyond those of the language itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.model.audio import CATEGORIES, FORMATS
from ctk_tui.model.settings import EXTENSIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the configuration and the catalog know; None leaves a kind of name unchecked."""

    saved: Mapping[str, str] = field(default_factory=dict)
    """Saved queries: name to query text."""
    sources: Collection[str] | None = None
    """Names of all sources."""
    labels: Collection[str] | None = None
    """Names of all labels."""
    formats: Iterable[str] = ()
    """Formats beyond those that ctk knows by itself; gone through only where a query names a format."""
    extensions: Collection[str] = ()
    """The same of extensions, with or without their dot."""
    home: str = ""
    """The user's home folder as display text, which `~` stands for in `path:~/Music`; "" leaves it as it is."""

    def choices(self, field_name: str) -> tuple[str, ...]:
        """Return what may stand in `format:` or `category:`, in lower case, formats before extensions."""
        if field_name == "category":
            return CATEGORIES
        extensions = (name.lower().removeprefix(".") for name in (*EXTENSIONS, *self.formats, *self.extensions))
        return tuple(dict.fromkeys((*FORMATS, *extensions)))


NOTHING_MORE = Vocabulary()
"""The names of the language alone."""
