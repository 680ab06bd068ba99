"""What the app remembers from one time to the next: query, order, cursor, and what was typed before."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Self

from ctk_tui.config.paths import state_dir

if TYPE_CHECKING:
    from pathlib import Path

EARLIER = 200
"""Queries that are kept."""


@dataclass(slots=True)
class Memory:
    """The state of one user's app over one catalog."""

    view: str = "catalog"
    query: str = ""
    sort: str = ""
    """The sort word that a chord chose, such as `size-`; "" for the query's own."""
    cursor: int = 0
    """Id of the audio file under the cursor, 0 for none."""
    duplicates_query: str = ""
    """The filter of the duplicates."""
    group: int = 0
    """Id of the group of duplicates under the cursor, 0 for none."""
    keepers: list[Any] = field(default_factory=list)
    """[id of the group, path] of each copy that was chosen to stay; paths as os.fsdecode has them."""
    removals: list[Any] = field(default_factory=list)
    """The same of each copy that is marked for removal."""
    earlier: list[str] = field(default_factory=list)
    """Queries typed before, the newest last."""
    folders: list[str] = field(default_factory=list)
    """Folders that files were copied or moved to, the newest last."""
    marks_before: list[int] = field(default_factory=list)
    """The marks that were cleared last."""
    volume: float | None = None
    """Linear gain, None where it was never changed."""
    loop: bool = False
    audition: bool | None = None
    """None where it was never changed."""
    details: bool = True
    """Whether the details stand at the side where there is room."""
    asked_about_host: bool = False
    """Whether it was told that sound comes out at another host than the keyboard's."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return what was kept in a file; what is missing or damaged there is as on the first day."""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return cls()
        made = cls()
        if isinstance(told, dict):
            for one in fields(cls):
                if one.name in told and _fits(getattr(made, one.name), told[one.name]):
                    setattr(made, one.name, told[one.name])
        return made

    def save(self, path: Path) -> None:
        """Keep it in a file, whole or not at all; a disk that is full loses only this."""
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            made, name = tempfile.mkstemp(".new", path.name, path.parent)
            try:
                with open(made, "w", encoding="utf-8") as out:
                    json.dump(asdict(self), out)
                os.replace(name, path)
            except BaseException:
                os.unlink(name)
                raise

    def used(self, query: str) -> None:
        """Remember a query that was typed: as the newest, and once."""
        text = query.strip()
        if text:
            self.earlier = [*(one for one in self.earlier if one != text), text][-EARLIER:]


def _fits(default: Any, value: Any) -> bool:
    if default is None:
        return value is None or isinstance(value, bool | int | float)
    return type(value) is type(default)


def memory_file(database: Path) -> Path:
    """Return where the state of the app over one catalog is kept."""
    name = hashlib.sha256(os.fsencode(os.path.realpath(database))).hexdigest()[:16]
    return state_dir() / f"app-{name}.json"
