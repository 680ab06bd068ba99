"""`ctk show`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import completing, jsonform, output
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.model.errors import UsageError
from ctk_tui.model.format import count, length, moment, rate, size
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session
    from ctk_tui.model.entry import AudioDetails, AudioEntry
    from ctk_tui.toolkit.toolkit import Toolkit


@click.command(name="show", cls=Command)
@click.argument("what", metavar="PATH|id:N", shell_complete=completing.files)
@click.option("--json", "as_json", is_flag=True, help="All facts as JSON.")
@click.pass_obj
def command(session: Session, what: str, *, as_json: bool) -> int:
    """All facts of one audio file: paths, hashes, labels, state."""
    with session.open() as toolkit:
        found = toolkit.catalog.details(audio_id(toolkit, what))
    if as_json:
        output.document({"v": jsonform.VERSION, **jsonform.details(found)})
    else:
        _show(found)
    return Exit.DONE


def audio_id(toolkit: Toolkit, what: str) -> int:
    """Return the id that `id:N` or a path names.

    Raises:
        UsageError: it names none.
    """
    number = numbered(what)
    return toolkit.catalog.id_of(os.fsencode(os.path.expanduser(what))) if number is None else number


def numbered(what: str) -> int | None:
    """Return the number of `id:N`, None for a path.

    Raises:
        UsageError: it is none.
    """
    if not what.startswith("id:"):
        return None
    if not what[3:].isdecimal():
        raise UsageError(f"{what!r}: an id is a number, as in id:42")
    return int(what[3:])


def _size(number: int) -> str:
    exact = count(number, "byte")
    return f"{size(number)} ({exact})" if number >= 1000 else exact


def _sound(entry: AudioEntry) -> str:
    if entry.channels is None:
        return "not decodable" if entry.error else "not read yet"
    channels = {1: "mono", 2: "stereo"}.get(entry.channels, f"{entry.channels} channels")
    bits = f"{entry.bit_depth} bit" if entry.bit_depth else ""
    parts = (entry.format, length(entry.duration_secs), rate(entry.sample_rate).replace("k", " kHz"), bits, channels)
    return " · ".join(part for part in parts if part)


def _category(entry: AudioEntry) -> str:
    if not entry.category:
        return ""
    confidence = "" if entry.confidence is None else f", {entry.confidence:.2f}"
    return f"{entry.category} ({entry.category_source}{confidence})"


def _show(found: AudioDetails) -> None:
    entry = found.entry
    output.line(display(entry.filename))
    facts = {
        "id": f"id:{entry.id}",
        "sound": _sound(entry),
        "size": _size(entry.file_size),
        "category": _category(entry),
        "labels": ", ".join(f"{label.label} {label.p:.2f}" for label in entry.labels),
        "title": found.title,
        "artist": found.artist,
        "comment": found.comment,
        "description": found.description,
        "fingerprint": found.fingerprint or "",
        "digest": found.digest or "not needed yet",
        "added": moment(entry.added_at),
        "error": entry.error or "",
    }
    for name, value in facts.items():
        if value:
            output.line(f"  {name:<12} {value}")
    output.line(f"  {'copies':<12} {entry.copies}" + ("" if entry.verified else " (not all verified)"))
    for path in found.paths:
        marks = [path.source, "" if path.state == "present" else path.state, "offline" if path.offline else "",
                 "protected" if path.protected else "", "in the cloud" if path.cloud else ""]  # fmt: skip
        output.line(f"    {display(path.path)}  ({', '.join(mark for mark in marks if mark)})")
