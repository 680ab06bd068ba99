"""The JSON documents, key by key: what docs/commands.md tells, and what a test compares with what is written."""

from __future__ import annotations

from ctk_tui.model.audio import CATEGORIES, FORMATS

V = {"v": "1; it grows when a key changes its meaning"}
AUDIO_FILE = {
    "id": "the handle, as in `id:42`",
    "path": "absolute path of the primary; a byte that is not UTF-8 shows as U+FFFD",
    "filename": "its last part",
    "directory": "the path without it",
    "source": "name of the source",
    "file_size": "bytes",
    "file_hash": "fingerprint, 16 hex digits; `FINGERPRINT-DIGEST` where two contents share it; null while unread",
    "duration_secs": "seconds, null where nothing decodes it",
    "sample_rate": "hertz",
    "channels": "1 is mono",
    "format": ", ".join(FORMATS),
    "bit_depth": "bits, null where the format has no such thing",
    "modified_at": "of the primary, ISO 8601 in UTC",
    "added_at": "when it was first catalogued, ISO 8601 in UTC",
    "category": ", ".join(CATEGORIES) + ", or null",
    "category_source": "model, name, both, user, or null",
    "confidence": "0 to 1, or null",
    "labels": "at most five of `{label, p}`, the likeliest first",
    "copies": "copies that are present; hard links are one",
    "verified": "false while a twin of its fingerprint cannot be read",
    "protected": "true where ctk never changes the primary",
    "offline": "true when no copy is online",
    "missing": "true when every path is gone",
    "error": "why it cannot be decoded, or null",
}
B64 = {"path_b64": "only where the path is not UTF-8: its bytes"}
SHAPES: dict[str, dict[str, str]] = {
    "search --json": V | {"total": "how many there are, beyond --limit too", "files": "audio files"},
    "an audio file, also a line of search --jsonl": AUDIO_FILE | B64,
    "show --json": V
    | AUDIO_FILE
    | B64
    | {
        "paths": "every path under which it lies, the primary first",
        "fingerprint": "16 hex digits, or null",
        "digest": "32 hex digits, null until it was needed",
    },
    "a path in show --json": {
        "path": "absolute",
        **B64,
        "source": "name of the source",
        "primary": "true for one of them",
        "state": "present, missing or quarantined",
        "offline": "true when its source is",
        "modified_at": "ISO 8601 in UTC",
    },
    "scan --json": V
    | {
        "sources": "how each source ended",
        "found": "paths with an audio extension seen on disk; each counts once in new, updated, moved, duplicates, "
        "unchanged, skipped or errors",
        "new": "new contents",
        "updated": "changed in place",
        "moved": "known content at a new path, gone from the old one",
        "duplicates": "new paths of known content",
        "unchanged": "not read again",
        "missing": "were there before and are gone",
        "skipped": "passed over on purpose",
        "errors": "what could not be read or decoded",
        "skipped_files": "`{path, reason}` of each skipped one",
        "other_extensions": "audio-like extensions that are not scanned, and how many files have them",
        "notes": "sentences to read, such as that half of a source went missing",
        "seconds": "wall time",
    },
    "a source in scan --json": {
        "name": "as in the configuration",
        "path": "its root",
        "status": "ok, offline, lost, disabled or cancelled",
        "reason": "why it is not ok, or empty",
    },
    "an error in scan --json": {
        "path": "of the file or folder",
        **B64,
        "stage": "walk, read or decode",
        "reason": "in words",
        "new": "false when an earlier scan said the same of the unchanged file",
    },
    "category --json": V
    | {
        "category": ", ".join(CATEGORIES) + ", or auto",
        "files": "audio files of which something else was said before",
        "change": "what `--undo` takes; null where nothing changed",
        "undone": "true where it was taken back",
    },
    "stats --json": V
    | {
        "audio_files": "contents",
        "paths": "names under which they lie",
        "bytes": "each content once",
        "duration_secs": "each content once",
        "duplicate_groups": "contents with more than one copy",
        "duplicate_paths": "copies beside the primary",
        "wasted_bytes": "size times (verified copies - 1)",
        "quarantined_bytes": "held in quarantine",
        "missing": "audio files gone from everywhere",
        "offline": "audio files that only offline sources hold",
        "errors": "files and folders with an error",
        "formats": "format to `{files, bytes, duration_secs}`",
        "categories": "category to number of files",
        "sources": "each source",
    },
    "a source in stats --json": {
        "name": "as in the configuration",
        "path": "its root",
        "enabled": "false when `ctk scan` passes it by",
        "status": "ok, offline, lost, disabled or cancelled",
        "paths": "present paths in it",
        "bytes": "of those, hard links once",
        "last_scan": "ISO 8601 in UTC, null if never",
    },
    "sources --json": V | {"sources": "each source, in the order of the configuration"},
    "a source in sources --json": {
        "name": "as in the configuration",
        "path": "its root",
        "enabled": "false when `ctk scan` passes it by",
        "status": "ok, offline, lost, disabled or cancelled",
        "reason": "why it is not ok, or empty",
        "protected": "true where ctk never changes anything in it",
        "removable": "true where being unplugged is normal",
        "audio_files": "contents with a path in it",
        "paths": "present paths in it",
        "bytes": "of those, hard links once",
        "duration_secs": "of those contents",
        "last_scan": "ISO 8601 in UTC, null if never",
        "configured": "false when only the catalog still knows it",
        "found_at": "where its volume is mounted now, if elsewhere, or null",
    },
    "dupes --json": V
    | {
        "kind": "exact or near",
        "groups": "the most wasted bytes first",
        "too_many": "`{name, files}` of names that too many files share to be near duplicates",
    },
    "a group in dupes --json": {
        "id": "of the audio file; of the first one in a near group",
        "wasted_bytes": "what removing all but the keeper would win",
        "verified": "true where every byte was compared",
        "files": "its copies, the keeper first",
    },
    "a file in dupes --json": {
        "path": "absolute",
        **B64,
        "source": "name of the source",
        "file_size": "bytes",
        "duration_secs": "seconds, or null",
        "format": "short name, or null",
        "modified_at": "ISO 8601 in UTC",
        "offline": "true when its source is",
        "protected": "true where ctk never changes it",
        "keeper": "true for the copy that the rules would keep",
    },
    "jobs --json": V | {"jobs": "running and past ones, the newest first"},
    "a job in jobs --json": {
        "id": "as `ctk jobs cancel` takes it",
        "kind": "scan, prune and so on",
        "state": "running, done, failed, cancelled or dead (its process is gone without a word)",
        "stage": "what it is at",
        "done": "units finished",
        "total": "units in all, null while not known",
        "started": "ISO 8601 in UTC",
        "pid": "its process",
        "ended": "ISO 8601 in UTC, null while it runs",
        "counts": "counters by name",
        "message": "how it ended, where that needs words",
    },
    "doctor --json": V
    | {
        "ok": "false when a check has the status error",
        "checks": "each thing that was looked at",
        "pruned": "paths that --prune forgot",
    },
    "a check in doctor --json": {
        "name": "what was looked at",
        "status": "ok, warn or error",
        "detail": "what was found",
        "hint": "the next step, or empty",
    },
}
"""What a document or a part of one is, to its keys and their meaning; in the order in which they are written."""
