"""What makes a real library hard: copies, odd names, broken files; all of it made from the originals."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["sound", "truncated", "garbage", "empty", "tiny", "sidecar"]
"""sound: whole; truncated: plays up to where it ends; garbage, empty: an error; tiny: too small to be scanned."""

PACKS = "studio/packs"
PROJECT = "studio/projects/Night Drive"


@dataclass(frozen=True, slots=True)
class Trap:
    """A file made by changing the bytes of another."""

    path: str
    """Below the demo library's folder; bytes that are not UTF-8 as `os.fsdecode` gives them."""
    of: str
    """The path of the original it is made from."""
    kind: Kind
    change: Callable[[bytes], bytes]
    """Its bytes from those of the original."""


def _odd_names() -> dict[str, str]:
    """Return odd file names and what lies under them; not every system can hold every one."""
    sounds = f"{PACKS}/Night Keys/Plucks/Pluck"
    return {
        "[bold]Loud (100%)[red].wav": f"{PACKS}/Low End/Sub C1.wav",
        "K\u00fcche T\u00fcr.wav": f"{PACKS}/Small Choir/Chops/Vox chop Ah A3.wav",  # the umlauts in one character each
        "Ku\u0308che Tu\u0308r.wav": f"{PACKS}/Small Choir/Chops/Vox chop Oh A3.wav",  # and in two: another file
        "\U0001f3b9 keys \U0001f525.wav": f"{sounds} A3.wav",
        "take\n2.wav": f"{sounds} C4.wav",
        "-n.wav": f"{sounds} D4.wav",
        "\x1b[31mred alert\x1b[0m.wav": f"{PACKS}/Transitions/Laser down.wav",
        "Gl\udcfcckwunsch.wav": f"{sounds} E4.wav",  # Latin-1, from before UTF-8
        "'quotes' & \"more\"; $HOME.wav": f"{sounds} G4.wav",
        "a very long name " + "la " * 76 + "la.wav": f"{PACKS}/Transitions/Laser up.wav",
    }


def _backups(paths: list[str]) -> dict[str, str]:
    """Return what the backup of 2019 holds: all kicks and toms, half the snares, under the same names."""
    kept = [path for path in paths if "/Kicks/" in path or "/Toms/" in path or "/Snares/" in path]
    half = [path for number, path in enumerate(kept) if "/Snares/" not in path or number % 2]
    return {path.replace("studio/", "archive/backup-2019/", 1): path for path in half}


def copies(paths: list[str]) -> dict[str, str]:
    """Return every exact copy: its path to the path of its original, one of `paths`."""
    found = _backups(paths)
    kicks = [path for path in paths if "/Kicks/" in path]
    for number, path in enumerate(kicks[:4], 1):
        folder, _, name = path.rpartition("/")
        found[f"{folder}/{name.removesuffix('.wav')} ({number % 2 + 1}).wav"] = path
        found[f"{PROJECT}/Samples/Imported/{name}"] = path
    for path in paths:
        folder, name = path.split("/")[-2:]
        if "/loops/Drums/" in path or "/Bells/" in path:
            found[f"usb-backup/2022-11/{folder}/{name}"] = path
        if "/Strums/" in path:
            found[f"usb-backup/for Anna/{name.removesuffix('.wav')} - Copy.wav"] = path
    found["archive/mixes/Night Drive (final).mp3"] = f"{PROJECT}/Bounces/Night Drive.mp3"
    found["usb-backup/field/rain.flac"] = "archive/field/2021-05-14 Rain on a tin roof.flac"
    found.update({f"usb-backup/odd names/{name}": path for name, path in _odd_names().items()})
    return found


HARD_LINKS = {
    f"{PROJECT}/Samples/Linked/Crash.wav": f"{PACKS}/Warehouse Drums/Percussion/Perc 05 Crash.wav",
}
"""A second name of one file to the first."""


def _noise(_content: bytes) -> bytes:
    return random.Random(1).randbytes(20_000)  # noqa: S311  no secret, and the same every time


SUB = f"{PACKS}/Low End/Sub C1.wav"
LEAD = f"{PACKS}/Night Keys/Leads/Lead A3.wav"
IMPACTS = f"{PACKS}/Transitions/Impact"

TRAPS = (
    Trap("archive/broken/Lead that ends early.wav", LEAD, "truncated", lambda content: content[:150_000]),
    Trap(
        "archive/broken/Impact that ends early.mp3",
        f"{IMPACTS} Door.mp3",
        "truncated",
        lambda content: content[:40_000],
    ),
    Trap("archive/broken/not a sound.wav", SUB, "garbage", _noise),
    Trap("archive/broken/nothing.wav", SUB, "empty", lambda _: b""),
    Trap("archive/broken/blip.wav", SUB, "tiny", lambda content: content[:64]),
    Trap("archive/broken/really an mp3.wav", f"{IMPACTS} Giant.mp3", "sound", lambda content: content),
    Trap(f"{PROJECT}/Samples/Imported/Kick 01 Deep.wav.asd", SUB, "sidecar", lambda _: b"ableton" + bytes(300)),
    Trap(f"{PROJECT}/Bounces/Night Drive.wav.reapeaks", SUB, "sidecar", lambda _: b"RPKN" + bytes(900)),
)
"""Broken, mislabelled and accompanying files."""
