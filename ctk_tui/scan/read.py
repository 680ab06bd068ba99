"""What worker processes do for a scan: pure functions from file names to JSON, a chunk at a time."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from ctk_tui.disk.digest import digest
from ctk_tui.disk.fingerprint import fingerprint
from ctk_tui.disk.reasons import VANISHED
from ctk_tui.disk.safe_open import open_regular
from ctk_tui.model.audio import AudioFacts, Tags
from ctk_tui.model.errors import FileUnreadable, NotARegularFile, NotAudio
from ctk_tui.workers.ticks import tick

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.disk.safe_open import OpenFile

Answer = dict[str, Any]
"""stat: [size, mtime_ns, inode]; fingerprint; facts (see `facts_of`); bad: why it cannot be decoded; digest;
error: [stage, reason] when it could not be read; gone: true when it is not there any more."""


def read_files(names: list[str], follow: bool, with_probe: bool) -> list[Answer]:
    """Fingerprint and probe files.

    Args:
        names: absolute paths, bytes that are not UTF-8 as surrogate escapes.
        follow: whether a symbolic link is followed.
        with_probe: whether the file is parsed; without, facts and bad are missing.
    """
    work: Callable[[OpenFile, bytes], Answer] = _read
    if with_probe:
        # Here, so that the parent, which only names this function, never loads the readers of all formats: 20 ms.
        from ctk_tui.scan.probe import probe

        work = partial(_read_and_probe, probe)
    answers = []
    for at, name in enumerate(names):
        tick(at)
        answers.append(_guarded(name, follow, work, looked=True))  # by the walk of this scan
    return answers


def digest_files(names: list[str], follow: bool) -> list[Answer]:
    """Take the digests of files; arguments as for `read_files`."""
    answers = []
    for at, name in enumerate(names):
        answers.append(_guarded(name, follow, partial(_whole, partial(tick, at))))
    return answers


def _guarded(name: str, follow: bool, work: Callable[[OpenFile, bytes], Answer], *, looked: bool = False) -> Answer:
    path = os.fsencode(name)
    try:
        with open_regular(path, follow=follow, looked=looked) as file:
            return work(file, path)
    except NotARegularFile as error:
        return {"error": ["walk", error.reason]}
    except FileUnreadable as error:
        return {"gone": True} if error.reason == VANISHED else {"error": ["read", error.reason]}


def _whole(alive: Callable[[], None], file: OpenFile, path: bytes) -> Answer:
    return {"stat": _stat(file), "digest": digest(file.fd, file.size, alive, path=path)}


def _stat(file: OpenFile) -> list[int]:
    return [file.size, file.mtime_ns, file.inode]


def _read(file: OpenFile, path: bytes) -> Answer:
    return {"stat": _stat(file), "fingerprint": fingerprint(file.fd, file.size, path=path).value}


def _read_and_probe(
    probe: Callable[[int, bytes, int, bytes, bytes], AudioFacts], file: OpenFile, path: bytes
) -> Answer:
    ends = fingerprint(file.fd, file.size, path=path)
    answer: Answer = {"stat": _stat(file), "fingerprint": ends.value}
    try:
        facts = probe(file.fd, path, file.size, ends.head, ends.tail)
    except NotAudio as error:
        answer["bad"] = error.reason
    else:
        tags = facts.tags
        words = [tags.title, tags.artist, tags.comment, tags.description]
        answer["facts"] = [
            facts.format, facts.duration_secs, facts.sample_rate, facts.channels, facts.bit_depth, words,
            facts.truncated,
        ]  # fmt: skip
    return answer


def facts_of(answer: Answer) -> AudioFacts | None:
    """Return the facts in an answer, None when there are none."""
    if "facts" not in answer:
        return None
    name, duration, rate, channels, bits, words, truncated = answer["facts"]
    return AudioFacts(name, duration, rate, channels, bits, Tags(*words), truncated)
