"""Replaces the configuration file in one step, under a lock, and only by what was read again and found good."""

from __future__ import annotations

import contextlib
import copy
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from ctk_tui.config.document import parse, read_bytes
from ctk_tui.config.load import interpret
from ctk_tui.config.problems import error_of
from ctk_tui.model.errors import Busy, ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctk_tui.config.document import Document
    from ctk_tui.config.load import Loaded

# An edit takes milliseconds; whoever holds the lock longer than this hangs.
LOCK_SECONDS = 10.0
# The sources tell what the user has, the queries what they look for: nobody else's business.
_FILE_MODE, _FOLDER_MODE = 0o600, 0o700


def default_text() -> str:
    """Return the documented default configuration, which a new file begins as."""
    return Path(__file__).with_name("default.toml").read_text(encoding="utf-8")


def edit(
    path: Path, doing: str, change: Callable[[Document], str], meaning: Callable[[dict[str, Any]], object]
) -> Loaded:
    """Change the configuration file, or make it from the documented default.

    The file is replaced in one step and keeps its mode; a link stays a link, and what it points to is replaced.

    Args:
        path: the file.
        doing: what the edit does, for messages, such as `add source samples`.
        change: returns the new text of the document.
        meaning: does the same to the values of the document. What is written must mean just that.

    Returns:
        the configuration as it now is.

    Raises:
        ConfigError: the file has problems, would have some, cannot be written, or was changed meanwhile; nothing was
            written.
        Busy: another ctk is editing it.
    """
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        with _locked(target, path):
            return _edit(path, target, doing, change, meaning)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}", path) from error


def _edit(
    path: Path,
    target: Path,
    doing: str,
    change: Callable[[Document], str],
    meaning: Callable[[dict[str, Any]], object],
) -> Loaded:
    content = read_bytes(path)
    document = parse(path, default_text().encode() if content is None else content)
    loaded = interpret(document)
    if loaded.problems:
        raise error_of(loaded.problems)
    text = change(document)
    if text == document.text and content is not None:
        return loaded
    written = document.mark + text.encode()
    result = _checked(path, written, document, doing, meaning)
    if content is not None:
        _check_writable(path, target)
    temporary = _temporary(target, written)
    try:
        _check_unchanged(path, content)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(target.parent)
    return result


def _check_unchanged(path: Path, content: bytes | None) -> None:
    # Done as late as can be: an editor that saves in the microseconds from here to the replacement is not seen.
    if read_bytes(path) != content:
        message = f"{path}: it changed while ctk was editing it, nothing was written"
        raise ConfigError(message, path, hint="try again")


def _checked(
    path: Path, written: bytes, before: Document, doing: str, meaning: Callable[[dict[str, Any]], object]
) -> Loaded:
    """Return the configuration that is about to be written, read as any other."""
    expected = copy.deepcopy(before.data)
    meaning(expected)
    try:
        document = parse(path, written)
    except ConfigError as error:
        raise _by_hand(path, doing) from error
    if _sources(document.data) != _sources(expected) or document.data | {"sources": 0} != expected | {"sources": 0}:
        raise _by_hand(path, doing)
    loaded = interpret(document)
    if loaded.problems:
        problem = loaded.problems[0]
        message = f"{path}: cannot {doing}: the file would then be wrong in line {problem.line}: {problem.message}"
        raise ConfigError(message, path, key=problem.key)
    return loaded


def _sources(data: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the sources with their order, which counts; no table of them is as good as an empty one."""
    return list(data.get("sources", {}).items())


def _by_hand(path: Path, doing: str) -> ConfigError:
    return ConfigError(f"{path}: cannot {doing}: the file is laid out in an unusual way", path, hint="edit it by hand")


@contextlib.contextmanager
def _locked(target: Path, path: Path) -> Iterator[None]:
    lock = FileLock(target.with_name(f".{target.name}.lock"), timeout=LOCK_SECONDS, mode=_FILE_MODE)
    try:
        lock.acquire()
    except Timeout as error:
        raise Busy(f"{path}: another ctk is editing it", "try again when it is done") from error
    try:
        yield
    finally:
        lock.release()


def _check_writable(path: Path, target: Path) -> None:
    # Replacing needs the folder alone; a file that was made read-only is so for a reason.
    if not stat.S_ISREG(os.stat(target).st_mode):
        raise ConfigError(f"{path}: this is no regular file and cannot be edited", path)
    if not os.access(target, os.W_OK):
        raise ConfigError(f"{path}: the file is read-only, nothing was written", path)


def _temporary(target: Path, content: bytes) -> str:
    """Write the new content to a file beside the target, with the target's mode and owner, all of it on the disk."""
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            _like(name, os.stat(target))
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    return name


def _like(name: str, old: os.stat_result) -> None:
    if sys.platform != "win32":
        # With sudo the user's file would else become root's, unreadable for the user.
        with contextlib.suppress(PermissionError):
            os.chown(name, old.st_uid, old.st_gid)
    os.chmod(name, stat.S_IMODE(old.st_mode))


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut; Windows has no such call and needs none."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):  # some network file systems have none either, and the file is there
            number = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)
