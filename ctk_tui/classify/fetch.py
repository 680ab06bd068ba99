"""Downloading a checkpoint: goes on where it broke off, believes nothing but the checksum, leaves no half file."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from ctk_tui.disk.locks import Lock
from ctk_tui.model.errors import Busy, CtkError
from ctk_tui.model.format import size

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.classify.models import Model
    from ctk_tui.classify.sums import Sums
    from ctk_tui.model.job import Job

TRIES = 4
"""Connections in a row that bring not one byte, until it is given up."""
PAUSE = 2.0
"""Seconds before the second try; each further one waits twice as long."""
SILENCE = 30.0
"""Seconds without a byte after which a connection counts as broken."""
_BLOCK = 1 << 18
_AGAIN = "`ctk models fetch` goes on where it was"
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers of a server that may be another one in a while."""


def fetch(model: Model, target: Path, sums: Sums, job: Job) -> None:
    """Download a checkpoint; what is there of it already is not downloaded again.

    Args:
        model: what to download.
        target: where it is to lie; beside it lies a `.part` while it is not whole.
        sums: remembers that it was verified.
        job: its `done` and `total` are bytes; it may be cancelled, and the next fetch goes on from there.

    Raises:
        Busy: another ctk fetches it now.
        CtkError: it could not be fetched; the hint says what to do.
        Cancelled: the job was cancelled.
    """
    job.stage, job.total = "fetch", model.size
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        held = Lock(target.with_name(target.name + ".lock")).acquire(
            {"kind": "fetch", "pid": os.getpid(), "started": time.time()}
        )
    except Busy as busy:
        raise Busy("another ctk downloads the model now", "wait for it") from busy
    except OSError as error:
        raise CtkError(
            f"{target.parent}: cannot be written: {error.strerror}", "make room, or another folder"
        ) from error
    with held:
        _room(model, part)
        _download(model, part, job)
        _put_in_place(model, part, target, sums, job)


def _room(model: Model, part: Path) -> None:
    left = model.size - (part.stat().st_size if part.exists() else 0)
    free = shutil.disk_usage(part.parent).free
    if free < left:
        raise CtkError(f"{part.parent}: {size(left)} are needed, {size(free)} are free", "make room and fetch again")


def _download(model: Model, part: Path, job: Job) -> None:
    """Fill the part file, over as many connections as that takes."""
    tries = 0
    while True:
        before = part.stat().st_size if part.exists() else 0
        if before > model.size:
            part.unlink()
            continue
        job.done = before
        if before == model.size:
            return
        try:
            _receive(model, part, before, job)
            trouble = "the connection broke off"
        except urllib.error.HTTPError as error:
            trouble = f"the server says {error.code} {error.reason}"
            if error.code == 416:  # it does not have what we ask for: begin anew
                part.unlink(missing_ok=True)
            elif error.code not in _PASSING:
                raise CtkError(f"{model.url}: {trouble}", "fetch again later, or download it by hand") from error
        except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
            trouble = str(getattr(error, "reason", "")) or str(error) or type(error).__name__
        now = part.stat().st_size if part.exists() else 0
        tries = tries + 1 if now <= before else 0
        if tries >= TRIES:
            raise CtkError(f"{model.url}: {trouble} at {size(now)} of {size(model.size)}", _AGAIN)
        if now < model.size:
            _wait(PAUSE * 2**tries, job)


def _receive(model: Model, part: Path, start: int, job: Job) -> None:
    """Take what one connection gives, from byte `start` on."""
    headers = {"User-Agent": "ctk", **({"Range": f"bytes={start}-"} if start else {})}
    request = urllib.request.Request(model.url, headers=headers)  # noqa: S310 - the address is a constant of ours
    with urllib.request.urlopen(request, timeout=SILENCE) as answer:  # noqa: S310
        goes_on = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")
        left = model.size - (start if goes_on else 0)
        job.done = model.size - left
        with _open(part, goes_on=goes_on) as file:
            while left > 0 and (block := answer.read(min(_BLOCK, left))):
                _write(part, file, block)
                left -= len(block)
                job.done += len(block)
                job.check()


def _open(part: Path, *, goes_on: bool) -> Any:
    try:
        return part.open("ab" if goes_on else "wb", buffering=0)
    except OSError as error:
        raise CtkError(f"{part}: cannot be written: {error.strerror}", _AGAIN) from error


def _write(part: Path, file: Any, block: bytes) -> None:
    try:
        view = memoryview(block)
        while view:
            view = view[file.write(view) :]
    except OSError as error:  # told apart from the network's errors, which are OSErrors too
        raise CtkError(f"{part}: {error.strerror}", _AGAIN) from error


def _wait(seconds: float, job: Job) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        job.check()
        time.sleep(min(left, 0.1))


def _put_in_place(model: Model, part: Path, target: Path, sums: Sums, job: Job) -> None:
    job.stage, job.done = "verify", 0
    found = sums.take(part, job)
    if found != model.sha256:
        part.unlink()
        raise CtkError(
            f"{model.url}: what came is not the model: its SHA-256 is {found}, not {model.sha256}",
            "fetch again; it was thrown away",
        )
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)
    with contextlib.suppress(OSError):  # Windows opens no folders
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    sums.take(target)
