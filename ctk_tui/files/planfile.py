"""Plan files: JSON lines, written for review, read without belief."""

from __future__ import annotations

import base64
import json
import os
import re
from array import array
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, overload

from xxhash import xxh3_64_intdigest

from ctk_tui.disk.reading import pread
from ctk_tui.files.places import is_plain
from ctk_tui.model.errors import Refused, UsageError
from ctk_tui.model.format import stamp
from ctk_tui.model.plan import LEFT_LINK, OPS, PLAN_ID, SIDECAR, Operation, Plan, Totals
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

VERSION = 1
LONGEST_LINE = 1 << 16
"""Bytes: two paths of 4096 bytes, each byte escaped, and some words."""
_HEAD = {"v", "plan", "created", "query"}
_PATHS = ("from", "to", "keeper")
_LINE = {
    "op", *_PATHS, *(f"{name}_b64" for name in _PATHS), "file_size", "mtime_ns", "inode", "digest", "reason", "last",
}  # fmt: skip
_NEEDED = {"op", "from", "file_size", "mtime_ns", "inode", "last"}
_DIGEST = re.compile(r"[0-9a-f]{32}")


def write(plan: Plan, file: Path) -> None:
    """Write a plan; what is there already stays.

    Raises:
        UsageError: the file is there, or cannot be written.
    """
    try:
        with open(file, "xb") as out:
            head = {"v": VERSION, "plan": plan.id, "created": stamp(plan.created), "query": plan.query}
            out.write(json.dumps(head).encode() + b"\n")
            out.writelines(json.dumps(line_of(operation)).encode() + b"\n" for operation in plan.operations)
            out.flush()
            os.fsync(out.fileno())
    except FileExistsError:
        raise UsageError(f"{file}: there already", "name another file for the plan") from None
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}", "name another file for the plan") from error


def line_of(operation: Operation) -> dict[str, Any]:
    """Return an operation as a line of the file."""
    line: dict[str, Any] = {"op": operation.op}
    for name, path in zip(_PATHS, (operation.path, operation.target, operation.keeper), strict=True):
        line[name] = None if path is None else display(path)
        if path is not None and not _is_text(path):
            line[f"{name}_b64"] = base64.b64encode(path).decode()
    line |= {
        "file_size": operation.file_size, "mtime_ns": operation.mtime_ns, "inode": operation.inode,
        "digest": operation.digest, "reason": operation.reason, "last": operation.last,
    }  # fmt: skip
    return line


def _is_text(path: bytes) -> bool:
    try:
        path.decode()
    except UnicodeDecodeError:
        return False
    return True


def read(file: Path) -> Plan:
    """Read a plan file; its lines are checked now, and read again when they are needed: a million fit into memory.

    Raises:
        UsageError: the file cannot be read.
        Refused: it is no plan; the message names the line.
    """
    try:
        with open(file, "rb") as opened:
            return _read(opened, file)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}", "name a plan file") from error


def _read(opened: BinaryIO, file: Path) -> Plan:
    lines = _lines(opened, file)
    head = _head(next(lines, (0, b""))[1], file)
    found = Lines(opened, file)
    check = _Whole(file)
    files = size = last = sidecars = 0
    for number, (at, line) in enumerate(lines, 2):
        operation = _operation(line, file, number)
        check.take(operation, number)
        found.add(at, line)
        if operation.reason != LEFT_LINK:
            files += 1
            size += operation.file_size
            last += operation.last
            sidecars += operation.reason == SIDECAR
    check.finish()
    return Plan(head["plan"], head["created"], head["query"], found, Totals(files, size, last, sidecars))


def _lines(opened: BinaryIO, file: Path) -> Iterator[tuple[int, bytes]]:
    """Yield offset and bytes of each line."""
    at = number = 0
    while line := opened.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise _refused(file, number, f"longer than {LONGEST_LINE:,} bytes")
        yield at, line
        at += len(line)


class Lines(Sequence[Operation]):
    """The operations of a plan file, read line by line whenever they are asked for.

    Args:
        opened: the file.
        file: its name.
    """

    def __init__(self, opened: BinaryIO, file: Path) -> None:
        # A descriptor of its own: what was checked is what is read again, whatever gets the file's name meanwhile.
        self._fd = os.dup(opened.fileno())
        self._file = file
        self._at = array("Q", (0,))
        self._sums = array("Q")

    def add(self, at: int, line: bytes) -> None:
        """Take a line that was checked, at its offset; lines follow each other."""
        self._at[-1] = at
        self._at.append(at + len(line))
        self._sums.append(xxh3_64_intdigest(line))

    def __del__(self) -> None:
        os.close(self._fd)

    def __len__(self) -> int:
        return len(self._sums)

    @overload
    def __getitem__(self, index: int) -> Operation: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Operation]: ...
    def __getitem__(self, index: int | slice) -> Operation | Sequence[Operation]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        index = range(len(self))[index]
        line = pread(self._fd, self._at[index + 1] - self._at[index], self._at[index])
        if xxh3_64_intdigest(line) != self._sums[index]:
            raise Refused(f"{self._file}: it was changed since it was checked (line {index + 2})", "begin again")
        return _operation(line, self._file, index + 2)


class _Whole:
    """What holds for all lines of a plan together.

    Args:
        file: its name.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        # 64 bits of hash instead of the path: 36 bytes a line. Two paths with one hash could only refuse a plan.
        self._taken: set[int] = set()
        self._kept: set[int] = set()
        self._owner: Operation | None = None

    def take(self, operation: Operation, number: int) -> None:
        """Take a line.

        Raises:
            Refused: it contradicts another one.
        """
        own = xxh3_64_intdigest(operation.path)
        if operation.op in ("quarantine", "move", "rename"):
            if own in self._taken:
                raise _refused(self._file, number, f"{display(operation.path)!r} is in the plan twice")
            self._taken.add(own)
            if own in self._kept:
                raise _refused(self._file, number, f"{display(operation.path)!r} is the keeper of another line")
        if operation.keeper is not None:
            keeper = xxh3_64_intdigest(operation.keeper)
            if keeper in self._taken:
                raise _refused(self._file, number, f"its keeper {display(operation.keeper)!r} goes by another line")
            self._kept.add(keeper)
        if operation.reason not in (SIDECAR, LEFT_LINK):
            self._owner = operation
        elif self._owner is None:
            raise _refused(self._file, number, f"a {operation.reason} without its owner before it")

    def finish(self) -> None:
        """Forget the paths."""
        self._taken.clear()
        self._kept.clear()


def _refused(file: Path, number: int, what: str) -> Refused:
    return Refused(f"{file}, line {number}: {what}", "nothing was done; make the plan again")


def _parsed(line: bytes, file: Path, number: int) -> dict[str, Any]:
    try:
        # Twice the same key would mean one thing for us and another for whoever reviews it.
        found = json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _refused(file, number, f"not a line of JSON ({type(error).__name__})") from error
    if not isinstance(found, dict):
        raise _refused(file, number, "not a JSON object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _head(line: bytes, file: Path) -> dict[str, Any]:
    head = _parsed(line, file, 1)
    if head.get("v") != VERSION or isinstance(head.get("v"), bool):
        raise _refused(file, 1, f"not a plan of version {VERSION}")
    if set(head) - _HEAD:
        raise _refused(file, 1, f"unknown field {min(set(head) - _HEAD)!r}")
    plan, created, query = head.get("plan"), head.get("created"), head.get("query")
    if not isinstance(plan, str) or not PLAN_ID.fullmatch(plan):
        raise _refused(file, 1, f"the plan's id is not {PLAN_ID.pattern}")
    if not isinstance(query, str) or not isinstance(created, str):
        raise _refused(file, 1, "created and query are text")
    try:
        moment = datetime.fromisoformat(created)
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError) as error:
        raise _refused(file, 1, "created is no time") from error
    return {"plan": plan, "created": seconds, "query": query}


def _operation(line: bytes, file: Path, number: int) -> Operation:
    found = _parsed(line, file, number)
    if unknown := set(found) - _LINE:
        raise _refused(file, number, f"unknown field {min(unknown)!r}")
    if missing := _NEEDED - set(found):
        raise _refused(file, number, f"{min(missing)!r} is missing")
    if found["op"] not in OPS:
        raise _refused(file, number, f"unknown operation {found['op']!r}")
    values = {name: _number(found[name], name, file, number) for name in ("file_size", "mtime_ns", "inode")}
    digest, reason, last = found.get("digest"), found.get("reason", ""), found["last"]
    if digest is not None and not (isinstance(digest, str) and _DIGEST.fullmatch(digest)):
        raise _refused(file, number, "digest is 32 hex digits or null")
    if not isinstance(reason, str) or not isinstance(last, bool):
        raise _refused(file, number, "reason is text, last true or false")
    source, target, keeper = (_path(found, name, file, number) for name in _PATHS)
    if found["op"] == "quarantine":
        target = None  # computed when it is applied, whatever the file says
    if source is None:
        raise _refused(file, number, "from is missing")
    operation = Operation(
        found["op"], source, target, values["file_size"], values["mtime_ns"], values["inode"], digest,
        keeper, reason, last,
    )  # fmt: skip
    if wrong := _contradiction(operation):
        raise _refused(file, number, wrong)
    return operation


def _contradiction(operation: Operation) -> str:
    """Return what is wrong with a line as a whole, "" when nothing is."""
    if operation.op == "quarantine":
        if operation.reason != SIDECAR and (operation.keeper is None) != operation.last:
            return "a removal has a keeper, or is marked as last"
        if operation.keeper == operation.path:
            return "a file cannot be its own keeper"
    elif operation.target is None:
        return f"{operation.op} needs a to"
    elif operation.keeper is not None or operation.last:
        return f"{operation.op} has no keeper and is never last"
    elif operation.op == "rename" and os.path.dirname(operation.target) != os.path.dirname(operation.path):
        return "rename stays in its folder"
    return ""


def _number(value: object, name: str, file: Path, number: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -(1 << 63) <= value < 1 << 63:
        raise _refused(file, number, f"{name} is a whole number of 64 bits")
    if name == "file_size" and value < 0:
        raise _refused(file, number, "file_size is not negative")
    return value


def _path(found: dict[str, Any], name: str, file: Path, number: int) -> bytes | None:
    text, encoded = found.get(name), found.get(f"{name}_b64")
    if text is None and encoded is None:
        return None
    if not isinstance(text, str) or not isinstance(encoded, str | None):
        raise _refused(file, number, f"{name} is text")
    try:
        path = text.encode() if encoded is None else base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise _refused(file, number, f"{name} is no path") from error
    if encoded is not None and display(path) != text:
        raise _refused(file, number, f"{name} and {name}_b64 are not the same path")
    if not is_plain(path):
        raise _refused(file, number, f"{name} must be absolute, without . and .. and no place in a quarantine")
    return path
