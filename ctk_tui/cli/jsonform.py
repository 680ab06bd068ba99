"""Values as the JSON that scripts read; fields are never renamed, docs/commands.md lists them."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Any

from ctk_tui.model.format import stamp
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from ctk_tui.model.entry import AudioDetails, AudioEntry
    from ctk_tui.model.groups import Group
    from ctk_tui.model.job import JobInfo
    from ctk_tui.model.report import ScanError, ScanReport, Skipped
    from ctk_tui.model.source import SourceState
    from ctk_tui.model.stats import Stats

VERSION = 1
AUDIO_FIELDS = (
    "id", "path", "filename", "directory", "source", "file_size", "file_hash", "duration_secs", "sample_rate",
    "channels", "format", "bit_depth", "modified_at", "added_at", "category", "category_source", "confidence",
    "labels", "copies", "verified", "protected", "offline", "missing", "error",
)  # fmt: skip
"""Of an audio file in lists, in their order; `path_b64` follows where the path is not UTF-8."""
FIELDS = (*AUDIO_FIELDS, "path_b64")
"""What --fields and --csv can show."""
Json = dict[str, Any]


def path_fields(path: bytes, name: str = "path") -> Json:
    """Return a path as text, and its bytes in base64 where they are not UTF-8."""
    try:
        return {name: path.decode()}
    except UnicodeDecodeError:
        return {name: display(path), f"{name}_b64": base64.b64encode(path).decode()}


def audio(entry: AudioEntry) -> Json:
    """Return an audio file as lists show it."""
    fields = path_fields(entry.path)
    encoded = {key: value for key, value in fields.items() if key != "path"}
    return {
        "id": entry.id,
        "path": fields["path"],
        "filename": display(entry.filename),
        "directory": display(entry.directory),
        "source": entry.source,
        "file_size": entry.file_size,
        "file_hash": entry.file_hash,
        "duration_secs": entry.duration_secs,
        "sample_rate": entry.sample_rate,
        "channels": entry.channels,
        "format": entry.format,
        "bit_depth": entry.bit_depth,
        "modified_at": stamp(entry.modified_at),
        "added_at": stamp(entry.added_at),
        "category": entry.category,
        "category_source": entry.category_source,
        "confidence": entry.confidence,
        "labels": [{"label": label.label, "p": label.p} for label in entry.labels],
        "copies": entry.copies,
        "verified": entry.verified,
        "protected": entry.protected,
        "offline": entry.offline,
        "missing": entry.missing,
        "error": entry.error,
        **encoded,
    }


def details(found: AudioDetails) -> Json:
    """Return everything that is known of an audio file."""
    return {
        **audio(found.entry),
        "paths": [
            {
                **path_fields(path.path),
                "source": path.source,
                "primary": path.primary,
                "state": path.state,
                "offline": path.offline,
                "modified_at": stamp(path.modified_at),
            }
            for path in found.paths
        ],
        "fingerprint": found.fingerprint,
        "digest": found.digest,
    }


def _path(one: ScanError | Skipped) -> bytes:
    return one.path


def scan_report(report: ScanReport) -> Json:
    """Return the report of a scan."""
    return {
        "v": VERSION,
        "sources": [
            {"name": one.name, **path_fields(one.path), "status": one.status, "reason": one.reason}
            for one in report.sources
        ],
        **report.counts,
        "errors": [
            {**path_fields(one.path), "stage": one.stage, "reason": one.reason, "new": one.new}
            for one in sorted(report.errors, key=_path)
        ],
        "skipped_files": [{**path_fields(one.path), "reason": one.reason} for one in sorted(report.skipped, key=_path)],
        "other_extensions": dict(sorted(report.other_extensions.items())),
        "notes": report.notes,
        "seconds": round(report.seconds, 3),
    }


def source(state: SourceState) -> Json:
    """Return a source as `sources --json` tells it."""
    return {
        "name": state.name,
        **path_fields(os.fsencode(state.path)),
        "enabled": state.enabled,
        "status": state.status,
        "reason": state.reason,
        "protected": state.protected,
        "removable": state.removable,
        "audio_files": state.files,
        "paths": state.paths,
        "bytes": state.bytes,
        "duration_secs": round(state.duration_secs, 3),
        "last_scan": None if state.last_scan is None else stamp(state.last_scan),
        "configured": state.configured,
        **(path_fields(os.fsencode(state.found_at), "found_at") if state.found_at else {"found_at": None}),
    }


def stats(found: Stats, sources: list[SourceState]) -> Json:
    """Return the totals."""
    return {
        "v": VERSION,
        "audio_files": found.audio_files,
        "paths": found.paths,
        "bytes": found.bytes,
        "duration_secs": round(found.duration_secs, 3),
        "duplicate_groups": found.duplicate_groups,
        "duplicate_paths": found.duplicate_paths,
        "wasted_bytes": found.wasted_bytes,
        "quarantined_bytes": found.quarantined_bytes,
        "missing": found.missing,
        "offline": found.offline,
        "errors": found.errors,
        "formats": {
            name: {"files": total.files, "bytes": total.bytes, "duration_secs": round(total.duration_secs, 3)}
            for name, total in found.formats.items()
        },
        "categories": found.categories,
        "sources": [
            {
                "name": state.name,
                **path_fields(os.fsencode(state.path)),
                "enabled": state.enabled,
                "status": state.status,
                "paths": state.paths,
                "bytes": state.bytes,
                "last_scan": None if state.last_scan is None else stamp(state.last_scan),
            }
            for state in sources
        ],
    }


def groups(found: list[Group], kind: str, too_many: list[tuple[str, int]]) -> Json:
    """Return groups of duplicates."""
    return {
        "v": VERSION,
        "kind": kind,
        "groups": [
            {
                "id": group.id,
                "wasted_bytes": group.wasted_bytes,
                "verified": group.verified,
                "files": [
                    {
                        **path_fields(file.path),
                        "source": file.source,
                        "file_size": file.file_size,
                        "duration_secs": file.duration_secs,
                        "format": file.format,
                        "modified_at": stamp(file.modified_at),
                        "offline": file.offline,
                        "protected": file.protected,
                        "keeper": file.keeper,
                    }
                    for file in group.files
                ],
            }
            for group in found
        ],
        "too_many": [{"name": name, "files": files} for name, files in too_many],
    }


def job(info: JobInfo) -> Json:
    """Return a job."""
    return {
        "id": info.id,
        "kind": info.kind,
        "state": info.state,
        "stage": info.stage,
        "done": info.done,
        "total": info.total,
        "started": stamp(info.started),
        "pid": info.pid,
        "ended": None if info.ended is None else stamp(info.ended),
        "counts": info.counts,
        "message": info.message,
    }
