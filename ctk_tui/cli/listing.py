"""Lists of audio files, in the form that was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ctk_tui.cli import diagnostics, jsonform, output, soundtable
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.jsonform import FIELDS
from ctk_tui.model.format import count
from ctk_tui.model.text import display, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ctk_tui.cli.forms import Form
    from ctk_tui.model.entry import AudioEntry

BREAKS = (b"\n", b"\r")
"""What ends a line for the programs that read lines."""


@dataclass(frozen=True, slots=True)
class More:
    """What a list says beside the audio files."""

    head: jsonform.Json = field(default_factory=dict)
    """Of the JSON document, in place of the total."""
    name: str = ""
    """Of one more field of each file, "" for none."""
    values: Mapping[int, float] = field(default_factory=dict)
    """That field, by id."""

    def audio(self, entry: AudioEntry) -> jsonform.Json:
        """Return an audio file with that field."""
        found = jsonform.audio(entry)
        return {**found, self.name: self.values[entry.id]} if self.name else found

    def fields(self) -> tuple[str, ...]:
        """Return all fields, for CSV."""
        return (*FIELDS, self.name) if self.name else FIELDS


NO_MORE = More()


def write(entries: Iterable[AudioEntry], form: Form, found: int, more: More = NO_MORE) -> Exit:
    """Write audio files to stdout.

    Args:
        entries: the files, read as they are written.
        form: how.
        found: how many there are in all, beyond a limit too.
        more: what else is to be said.

    Returns:
        PART where names with line breaks were left out, else DONE.
    """
    if form.name == "json":
        _json(entries, more.head or {"total": found}, more)
    elif form.name == "jsonl":
        for entry in entries:
            output.document(more.audio(entry))
    elif form.name == "csv":
        _csv(entries, more)
    elif form.name == "print0":
        for entry in entries:
            output.raw(entry.path + b"\0")
    elif form.name == "table":
        soundtable.write(list(entries), found, more.name, more.values)
    else:
        return _lines(entries, form.fields or ("path",), more)
    return Exit.DONE


def _json(entries: Iterable[AudioEntry], head: jsonform.Json, more: More) -> None:
    """Write one document a file at a time: a million files are not held in memory."""
    start = output.json_text({"v": jsonform.VERSION, **head})
    output.raw(f'{start[:-1]}, "files": ['.encode())
    before = ""
    for entry in entries:
        output.raw((before + output.json_text(more.audio(entry))).encode())
        before = ", "
    output.raw(b"]}\n")


def _csv(entries: Iterable[AudioEntry], more: More) -> None:
    names = more.fields()
    output.raw(",".join(names).encode() + b"\n")
    for entry in entries:
        found = more.audio(entry)
        output.raw(",".join(_quoted(_for_eyes(_text(name, found.get(name)))) for name in names).encode() + b"\n")


def _quoted(cell: str) -> str:
    # By hand: the csv module leaves a lone \r unquoted where lines end with \n, and readers take it for a line end.
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',"\n\r') else cell


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "labels":
        return "; ".join(f"{label['label']} {label['p']:.3f}" for label in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _for_eyes(cell: str) -> str:
    return safe(cell) if output.is_terminal() else cell


def _lines(entries: Iterable[AudioEntry], fields: Sequence[str], more: More) -> Exit:
    """Write lines of cells; a name that would break its line is left out and told."""
    left_out: list[bytes] = []
    breaks = BREAKS if len(fields) == 1 else (*BREAKS, b"\t")
    for entry in entries:
        cells = _cells(entry, fields, more)
        if any(sign in cell for cell in cells for sign in breaks):
            left_out.append(entry.path)
        elif output.is_terminal():
            output.raw(b"\t".join(safe(display(cell)).encode() for cell in cells) + b"\n")
        else:
            output.raw(b"\t".join(cells) + b"\n")
    if not left_out:
        return Exit.DONE
    diagnostics.say(f"ctk: {count(len(left_out), 'name')} with a line break left out; -0 writes every path:")
    for path in left_out:
        diagnostics.say(f"     {display(path)}")
    return Exit.PART


def _cells(entry: AudioEntry, fields: Sequence[str], more: More) -> list[bytes]:
    # Names go out as the bytes that they are, so that what reads them finds the file.
    raw = {"path": entry.path, "filename": entry.filename, "directory": entry.directory}
    if set(fields) <= set(raw):
        return [raw[name] for name in fields]
    found = more.audio(entry)
    return [raw[name] if name in raw else _text(name, found.get(name)).encode() for name in fields]
