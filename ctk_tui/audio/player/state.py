"""What the player tells: its state, its news, the places where sound can come out."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, Self

Status = Literal["stopped", "playing", "paused"]
Kind = Literal["state", "started", "ended", "failed"]

RATE = 48000
"""Hertz of everything between decoder and device; sound servers resample to what their hardware wants."""
CHANNELS: Literal[2] = 2
STUCK = 87
"""Exit code of a player whose sound library did not come back: nothing but a new process helps."""


@dataclass(frozen=True, slots=True)
class PlayerState:
    """Everything there is to show of the player."""

    status: Status = "stopped"
    """playing stays playing where no sound can come out; `problem` tells that."""
    path: Path | None = None
    """The file that is heard, paused, or was heard last."""
    position: float = 0.0
    """Seconds from the start of the file to what is heard now: what lies in the device's buffer is not counted."""
    duration: float | None = None
    """Seconds by the file's header, by its sound once it was decoded to the end; None while not known."""
    next_path: Path | None = None
    """The file that follows without a gap."""
    loop: bool = False
    """Whether the file begins anew at its end."""
    volume: float = 1.0
    """Linear gain, 0 to 1."""
    output: str = ""
    """Where sound comes out, such as "PulseAudio · Built-in Audio"; "" while nothing is open."""
    output_id: str = ""
    """The `Output.id` that was chosen, "" for the first that works."""
    host: str = ""
    """The host whose loudspeakers these are, or the sound server's address."""
    keyboard: str = ""
    """The host of the keyboard where it is not this one (over SSH), else ""."""
    problem: str = ""
    """Why no sound can come out, "" while it can."""
    hint: str = ""
    """The next step for that problem."""
    buffer_ms: int = 0
    """Length of the device period in milliseconds."""
    start_delay: float | None = None
    """Seconds from the last play or seek to the moment when the device took its first frame; None before that."""
    bad_packets: int = 0
    """Damaged pieces of this file that were passed over."""
    underruns: int = 0
    """How many times the device asked and the decoder had nothing ready, since the player began."""
    seq: int = 0
    """Number of the last command that this state knows of."""

    def to_json(self) -> dict[str, Any]:
        """Return it as what JSON can hold; paths that are not UTF-8 as surrogate escapes."""
        return {**asdict(self), "path": _text(self.path), "next_path": _text(self.next_path)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the state that `to_json` gave; keys that this version does not know are passed over."""
        known = {field.name for field in fields(cls)}
        state = cls(**{name: value for name, value in values.items() if name in known})
        return replace(state, path=_path(values.get("path")), next_path=_path(values.get("next_path")))


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened."""

    kind: Kind
    """state: anything changed; started: a file is heard for the first time; ended: it was heard to its end; failed: it
    cannot be played (a file that breaks off is not failed, but ended)."""
    state: PlayerState
    """The player's state with it."""
    path: Path | None = None
    """The file that started, ended or failed."""
    reason: str = ""
    """Why it failed."""
    hint: str = ""
    """The next step."""


@dataclass(frozen=True, slots=True)
class Output:
    """A place where sound can come out."""

    id: str
    """What `Player.choose` takes; the same on the next start."""
    name: str
    """For people, such as "Built-in Audio Analog Stereo"."""
    backend: str
    """PulseAudio, ALSA, Core Audio, WASAPI... or "none"."""
    host: str
    """The host whose loudspeakers these are, or the sound server's address."""
    default: bool = False
    """Whether the system takes it unless told."""


def _text(path: Path | None) -> str | None:
    return None if path is None else os.fspath(path)


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
