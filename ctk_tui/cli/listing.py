"""The forms in which audio files are written: for eyes, for scripts, for xargs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import click

from ctk_tui.cli import diagnostics, jsonform, output
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.tables import table
from ctk_tui.model.errors import UsageError
from ctk_tui.model.format import count, day, length, rate, size, total
from ctk_tui.model.text import display, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ctk_tui.model.entry import AudioEntry

FORMS = ("json", "jsonl", "csv", "paths", "print0")
FIELDS = (
    "id", "path", "filename", "directory", "source", "file_size", "file_hash", "duration_secs", "sample_rate",
    "channels", "format", "bit_depth", "modified_at", "added_at", "category", "category_source", "confidence",
    "labels", "copies", "verified", "protected", "offline", "missing", "error",
)  # fmt: skip
"""What --fields and --csv can show: the fields of the JSON."""
NAMED = 5
"""Left-out names that stderr lists."""


def output_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the flags that choose the form: --json, --jsonl, --csv, --fields, --paths, -0."""
    options = (
        click.option("--json", "as_json", is_flag=True, help="One JSON document."),
        click.option("--jsonl", is_flag=True, help="One JSON object a line."),
        click.option("--csv", "as_csv", is_flag=True, help="CSV with a heading."),
        click.option("--fields", metavar="A,B,C", help="These fields, tab separated."),
        click.option("--paths", is_flag=True, help="One path a line (the default in a pipe)."),
        click.option("-0", "--print0", is_flag=True, help="Raw paths, each ended by a NUL."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def chosen_form(
    *, as_json: bool, jsonl: bool, as_csv: bool, fields: str | None, paths: bool, print0: bool
) -> tuple[str, tuple[str, ...]]:
    """Return the form that the flags ask for, and the fields where it is `fields`.

    Raises:
        UsageError: two forms, or a field that there is not.
    """
    wanted = [form for form, on in zip(FORMS, (as_json, jsonl, as_csv, paths, print0), strict=True) if on]
    if fields is not None:
        wanted.append("fields")
    if len(wanted) > 1:
        raise UsageError("choose one form of output: " + ", ".join(f"--{form}" for form in wanted))
    if not wanted:
        return ("table" if output.is_terminal() else "paths"), ()
    names = tuple(name.strip() for name in (fields or "").split(",") if name.strip())
    for name in names:
        if name not in FIELDS:
            raise UsageError(f"there is no field {name!r}", "the fields are: " + ", ".join(FIELDS))
    if wanted == ["fields"] and not names:
        raise UsageError("--fields needs names of fields", "the fields are: " + ", ".join(FIELDS))
    return wanted[0], names


def write(entries: Iterable[AudioEntry], form: str, fields: Sequence[str], found: int) -> Exit:
    """Write audio files to stdout.

    Args:
        entries: the files, read as they are written.
        form: table, json, jsonl, csv, fields, paths or print0.
        fields: for the form `fields`.
        found: how many there are in all.

    Returns:
        PART where names with line breaks were left out, else DONE.
    """
    if form == "json":
        _json(entries, found)
    elif form == "jsonl":
        for entry in entries:
            output.document(jsonform.audio(entry))
    elif form == "csv":
        _csv(entries)
    elif form == "print0":
        for entry in entries:
            output.raw(entry.path + b"\0")
    elif form == "table":
        _table(list(entries), found)
    else:
        return _lines(entries, fields)
    return Exit.DONE


def _json(entries: Iterable[AudioEntry], found: int) -> None:
    """Write one document a file at a time: a million files are not held in memory."""
    output.raw(f'{{"v": {jsonform.VERSION}, "total": {found}, "files": ['.encode())
    before = ""
    for entry in entries:
        output.raw((before + output.json_text(jsonform.audio(entry))).encode())
        before = ", "
    output.raw(b"]}\n")


def _value(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "labels":
        return "; ".join(f"{label['label']} {label['p']:.3f}" for label in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _csv(entries: Iterable[AudioEntry]) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(FIELDS)
    for entry in entries:
        found = jsonform.audio(entry)
        writer.writerow([_value(name, found[name]) for name in FIELDS])
        output.raw(buffer.getvalue().encode("utf-8", "replace"))
        buffer.seek(0)
        buffer.truncate()
    output.raw(buffer.getvalue().encode())


def _lines(entries: Iterable[AudioEntry], fields: Sequence[str]) -> Exit:
    left_out: list[bytes] = []
    number = 0
    for entry, text in _as_lines(entries, fields):
        if text is None:
            number += 1
            if len(left_out) < NAMED:
                left_out.append(entry.path)
        elif output.is_terminal():
            output.line(display(text))
        else:
            output.raw(text + b"\n")
    if not number:
        return Exit.DONE
    diagnostics.say(f"ctk: {count(number, 'name')} with a line break left out; -0 writes every name:")
    for path in left_out:
        diagnostics.say(f"     {display(path)}")
    return Exit.PART


def _as_lines(entries: Iterable[AudioEntry], fields: Sequence[str]) -> Iterator[tuple[AudioEntry, bytes | None]]:
    for entry in entries:
        if not fields:
            yield entry, None if b"\n" in entry.path or b"\r" in entry.path else entry.path
            continue
        found = jsonform.audio(entry)
        cells = [_value(name, found[name]) for name in fields]
        broken = any(character in cell for cell in cells for character in "\n\r\t")
        # The path goes out as the bytes that it is, so that what reads it finds the file.
        raw = [entry.path if name == "path" else cell.encode() for name, cell in zip(fields, cells, strict=True)]
        yield entry, None if broken else b"\t".join(raw)


def _table(entries: list[AudioEntry], found: int) -> None:
    if not entries:
        output.line("nothing found")
        return
    heads = ["NAME*", "CATEGORY", "LENGTH>", "FORMAT", "RATE>", "BITS>", "CH>", "SIZE>", "MODIFIED", "CP>", "SOURCE"]
    rows = [_row(entry) for entry in entries]
    if not any(entry.category for entry in entries):
        heads.pop(1)
        rows = [row[:1] + row[2:] for row in rows]
    output.lines(table(heads, rows))
    seconds = sum(entry.duration_secs or 0 for entry in entries)
    more = f" of {found:,}" if found > len(entries) else ""
    output.line(f"{len(entries):,}{more} · {total(seconds)} · {size(sum(entry.file_size for entry in entries))}")


def _row(entry: AudioEntry) -> list[str]:
    mark = "○ " if entry.offline else "✗ " if entry.error else ""
    category = (entry.category or "") + ("*" if entry.category_source == "user" else "")
    return [
        mark + safe(display(entry.filename)), category, length(entry.duration_secs), entry.format or "-",
        rate(entry.sample_rate), str(entry.bit_depth or "-"), str(entry.channels or "-"), size(entry.file_size),
        day(entry.modified_at), str(entry.copies) if entry.copies != 1 else "", entry.source,
    ]  # fmt: skip
