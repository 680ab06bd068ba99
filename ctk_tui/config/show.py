"""The settings in force as TOML."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from ctk_tui.config import toml
from ctk_tui.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctk_tui.model.settings import (
        AudioSettings,
        ClassifySettings,
        DuplicateSettings,
        ScanSettings,
        Settings,
        SourceSettings,
        UiSettings,
    )

    Group = SourceSettings | ScanSettings | AudioSettings | DuplicateSettings | ClassifySettings | UiSettings


def effective(settings: Settings) -> str:
    """Return the settings as the text of a configuration file that means the same.

    A path that is not UTF-8, which comes from a home folder of such a name, cannot stand in TOML: it is shown in a
    comment.

    Args:
        settings: the settings.
    """
    parts = [
        _table(("database",), {"path": settings.database or ""}),
        *(_table(("sources", source.name), _values(source, "name")) for source in settings.sources),
        _table(("scan",), _values(settings.scan)),
        _table(("audio",), _values(settings.audio)),
        _table(("duplicates",), _values(settings.duplicates)),
        _table(("classify",), _values(settings.classify)),
        _table(("queries",), settings.queries),
        _table(("ui",), _values(settings.ui, "keys")),
        _table(("ui", "keys"), settings.ui.keys),
        _table(("open",), settings.open),
    ]
    return "\n".join(parts)


def _values(group: Group, *without: str) -> dict[str, object]:
    return {field.name: getattr(group, field.name) for field in fields(group) if field.name not in without}


def _table(path: tuple[str, ...], values: Mapping[str, object]) -> str:
    return f"[{toml.key(*path)}]\n" + "".join(_line(name, thing) for name, thing in values.items())


def _line(name: str, thing: object) -> str:
    plain = str(thing) if isinstance(thing, Path) else thing
    try:
        return f"{toml.key(name)} = {toml.value(plain)}\n"
    except UsageError:
        text = toml.string(toml.readable(str(plain)))
        return f"# {toml.key(name)} = {text}  # not UTF-8, each bad byte shown as U+FFFD\n"
