"""The JSON documents of the commands that change files, key by key."""

from __future__ import annotations

from typing import get_args

from ctk_tui.model.journal import ENTRY_STATES, EntryKind
from ctk_tui.model.plan import OPS, RefusalKind

V = {"v": "1; it grows when a key changes its meaning"}
B64 = {"path_b64": "only where the path is not UTF-8: its bytes"}
FILE_SHAPES: dict[str, dict[str, str]] = {
    "a plan: copy, move, rename, delete or apply with -n --json, dupes plan --json": V
    | {
        "plan": "its id",
        "files": "how many would change; sidecars count, links that a move leaves do not",
        "bytes": "of those",
        "last": "how many of them are the only copy of their content",
        "operations": "one for each file, in the order in which they are done",
        "refused": "what was asked for and is left as it is",
        "left_behind": "`{path}` of sidecars that stay; --with-sidecars takes them along",
    },
    "an operation in a plan": {
        "op": ", ".join(OPS),
        "from": "absolute path",
        "from_b64": "only where the path is not UTF-8: its bytes",
        "to": "absolute path; null for quarantine, whose place is computed when it is done",
        "to_b64": "only where that is not UTF-8: its bytes",
        "keeper": "the copy that stays, absolute; null where none is needed",
        "keeper_b64": "only where that is not UTF-8: its bytes",
        "file_size": "bytes",
        "digest": "32 hex digits, null where none was needed",
        "reason": "why, in words",
        "last": "true where it removes the only copy of its content",
    },
    "a refused file, in a plan or a report": {
        "path": "absolute",
        **B64,
        "kind": ", ".join(get_args(RefusalKind)),
        "reason": "in words",
    },
    "a report: copy, move, rename, delete, apply, undo, restore or quarantine empty with -y --json": V
    | {
        "entry": "id in `ctk history`, null where nothing was changed",
        "kind": ", ".join(get_args(EntryKind)),
        "done": "files changed",
        "bytes": "of those",
        "failed": "what was refused, or put back, at the moment of doing",
        "notes": "sentences to read",
        "cancelled": "true where it was stopped on the way",
    },
    "undo -n --json, restore -n --json": V
    | {
        "kind": "undo, redo or restore",
        "entries": "ids of the entries that would be taken back, the newest first",
        "files": "`{path, op, file_size}` of each: where it comes back to, and what was done to it",
        "bytes": "of those",
        "refused": "what cannot come back now",
    },
    "history --json": V | {"entries": "the newest first"},
    "an entry in history --json": {
        "id": "as `ctk undo` takes it",
        "at": "when it began, ISO 8601 in UTC",
        "kind": ", ".join(get_args(EntryKind)),
        "state": ", ".join(ENTRY_STATES),
        "operations": "files that it changed; sidecars count",
        "bytes": "of those",
        "query": "what was asked for",
        "undoes": "id of the entry that it takes back, or null",
        "offline": "true when one of its sources is",
    },
    "quarantine list --json": V | {"files": "the oldest first"},
    "a file in quarantine list --json": {
        "path": "where it was, absolute",
        **B64,
        "entry": "id in `ctk history`",
        "at": "when it went there, ISO 8601 in UTC",
        "source": "name of the source that it came from, empty for a folder outside of all",
        "file_size": "bytes",
        "copies": "copies outside of quarantine that the catalog believes to be online",
        "offline": "true when its source is",
    },
    "quarantine empty -n --json": V
    | {
        "files": "how many would be unlinked for good",
        "alone": "how many have no other copy: they stay without --last-copies",
        "bytes": "of all that are old enough",
    },
}
"""Like `shapes.SHAPES`, which holds them too."""
