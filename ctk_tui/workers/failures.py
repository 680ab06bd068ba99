"""An exception's way from a worker to its parent: by name and words, never as an object."""

from __future__ import annotations

import os
from typing import Any

from ctk_tui.model import errors
from ctk_tui.model.errors import CtkError, FileError


def pack(error: Exception) -> dict[str, Any]:
    """Return what the parent needs to raise the like of it."""
    import traceback

    packed: dict[str, Any] = {
        "type": type(error).__name__,
        "message": str(error),
        "trace": "".join(traceback.format_exception(error)),
    }
    if isinstance(error, CtkError):
        packed |= {"ours": True, "message": error.message, "hint": error.hint}
    if isinstance(error, FileError):
        packed |= {"path": os.fsdecode(error.path), "reason": error.reason}
    return packed


def unpack(packed: dict[str, Any], index: int | None) -> CtkError:
    """Return the error to raise in the parent, with the worker's traceback as a note.

    Errors of ctk keep their kind where message and hint, or path, reason and hint, say all about them; what else was
    raised is a CtkError that names it.

    Args:
        packed: what `pack` gave.
        index: the item that the worker was at.

    Raises:
        KeyError, TypeError, ValueError: it is not what `pack` gave: the worker is not to be trusted any more.
    """
    name, message, hint = str(packed["type"]), str(packed["message"]), str(packed.get("hint", ""))
    kind: type[CtkError] = getattr(errors, name, CtkError)
    error: CtkError
    if not packed.get("ours"):
        error = CtkError(f"{name}: {message}")
    elif issubclass(kind, FileError):
        error = kind(os.fsencode(packed["path"]), str(packed["reason"]), hint)
    elif kind.__init__ is CtkError.__init__ or kind is errors.Cancelled:
        error = kind(message, hint)
    else:
        error = CtkError(message, hint)
    where = "" if index is None else f" at item {index}"
    error.add_note(f"raised in a worker process{where}:\n{packed['trace']}")
    return error
