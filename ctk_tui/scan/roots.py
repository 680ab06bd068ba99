"""Looking at the root of a source: is it there, and is it what it was?"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ctk_tui.disk.reasons import reason
from ctk_tui.disk.volume import identify_within, mounted_volumes

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.catalog.sources import SourceRow
    from ctk_tui.disk.volume_kinds import Volume

PATIENCE = 5.0
"""Seconds that a root may take to answer: a dead network mount never does."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a root found."""

    online: bool
    reason: str = ""
    """Why it is offline."""
    hint: str = ""
    """What the user can do about it."""
    volume: Volume | None = None
    empty: bool = False
    """Whether nothing lies in it, hidden entries aside."""


def look(
    row: SourceRow,
    *,
    accept_volume: bool = False,
    accept_empty: bool = False,
    is_ours: Callable[[Volume], bool] = lambda _: False,
) -> Look:
    """Look at the root of a source.

    Args:
        row: what the catalog knows of it.
        accept_volume: the user says that another volume than before is right.
        accept_empty: the user says that it was emptied.
        is_ours: returns whether ctk's own removed files lie on a volume that cannot tell which one it is; it is asked
            only where the root is empty and was not.
    """
    path = row.path
    name = os.fsdecode(path)
    if not row.configured:
        return Look(False, "no longer in the configuration", f"`ctk sources add {row.name} PATH` brings it back")
    try:
        volume = identify_within(path, PATIENCE)
    except TimeoutError as error:
        return Look(False, str(error), "look at its mount")
    if volume is None:
        return Look(False, _why_not(path), _elsewhere_hint(row))
    try:
        with os.scandir(path) as entries:
            empty = not any(not entry.name.startswith(b".") for entry in entries)
    except OSError as error:
        return Look(False, f"{name}: {reason(error)}", _elsewhere_hint(row))
    strange = row.volume_known and volume.known and volume.identity != row.volume
    if strange and not accept_volume:
        words = "--accept-volume --accept-empty" if empty and row.held else "--accept-volume"
        return Look(
            False,
            f"another volume lies at {name}",
            _elsewhere_hint(row) or f"if that is right: `ctk scan {row.name} {words}`",
        )
    unsure = not volume.known or volume.identity != row.volume
    # The name that an unknown volume is given has its kind and its place in it: an unmounted one has another.
    again = volume.identity == row.volume
    if empty and row.held and unsure and not accept_empty and not (again and is_ours(volume)):
        words = "--accept-volume --accept-empty" if strange else "--accept-empty"
        return Look(False, f"{name} is empty and was not", f"if it was emptied: `ctk scan {row.name} {words}`")
    return Look(True, volume=volume, empty=empty)


def _why_not(path: bytes) -> str:
    name = os.fsdecode(path)
    try:
        os.stat(path)
    except FileNotFoundError:
        return f"{name} does not exist"
    except OSError as error:
        return f"{name}: {reason(error)}"
    return f"{name} came and went"


def volume_of(path: Path) -> Volume | None:
    """Return the volume of a folder, None where it is not there or does not answer."""
    try:
        return identify_within(os.fsencode(path), PATIENCE)
    except TimeoutError:
        return None


def elsewhere(row: SourceRow) -> Path | None:
    """Return where a source's folder is now, when its volume is known and mounted at another place."""
    if not row.volume_known:
        return None
    old = Path(os.fsdecode(row.path))
    mounts = [volume.mount_point for volume in mounted_volumes() if volume.identity == row.volume]
    if any(old.is_relative_to(mount) for mount in mounts):
        return None  # the volume is where it was: the folder was moved or removed, and its volume's root is not it
    for mount in mounts:
        # The longest tail of the old path that is there: /media/a/Samples was DRIVE/Samples.
        for start in range(1, len(old.parts) + 1):
            place = mount.joinpath(*old.parts[start:])
            if place.is_dir():
                return place
    return None


def _elsewhere_hint(row: SourceRow) -> str:
    place = elsewhere(row)
    return f"its volume is mounted at {place}: `ctk sources relocate {row.name} {place}`" if place else ""
