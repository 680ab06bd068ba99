"""Candidates on their way to a verdict: whose digests are awaited, and which came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.model.reading import KnownPath
from ctk_tui.scan.feed import Task

if TYPE_CHECKING:
    from ctk_tui.scan.identity import NeedsProof, Pending
    from ctk_tui.scan.read import Answer


@dataclass(slots=True)
class _Waiting:
    pending: Pending
    missing: int
    """Digests that have not come yet."""


@dataclass(slots=True)
class Proofs:
    """Keeps candidates until their digests are there; each content is read once however many wait for it."""

    follow: bool
    """Whether symbolic links are followed."""
    ready: list[Pending] = field(default_factory=list)
    """Candidates whose digests are all there."""
    contents: dict[int, str] = field(default_factory=dict)
    """Digests of contents that the catalog has without one; the caller stores them and clears this."""
    unreadable: set[int] = field(default_factory=set)
    """Contents whose bytes could not be read, or were not any more what the catalog says."""
    _asked: dict[int, list[_Waiting]] = field(default_factory=dict)
    _count: int = 0

    def __len__(self) -> int:
        """Return how many candidates wait."""
        return self._count

    def ask(self, proof: NeedsProof, name: str) -> list[Task]:
        """Take a candidate; return the files to be read for it.

        Args:
            proof: what it needs.
            name: its absolute path, surrogate-escaped.
        """
        found = proof.pending.found
        waiting = _Waiting(proof.pending, int(proof.own))
        tasks = []
        if proof.own:
            tasks.append(Task("digest", name, found.size, found.volume_id, waiting, self.follow))
        for path in proof.contents:
            waiting.missing += 1
            if path.audio_id in self._asked:
                self._asked[path.audio_id].append(waiting)
            else:
                self._asked[path.audio_id] = [waiting]
                tasks.append(self.task_for(path))
        self._count += 1
        return tasks

    def task_for(self, path: KnownPath) -> Task:
        """Return the task that reads a content of the catalog."""
        return Task("digest", _text(path.path), path.size, path.volume_id, path, self.follow)

    def answered(self, task: Task, answer: Answer) -> bool:
        """Take an answer; return False when the candidate itself could not be read and has to be told as an error."""
        if isinstance(task.payload, KnownPath):
            path = task.payload
            if answer.get("stat", [])[:2] == [path.size, path.mtime_ns]:
                self.contents[path.audio_id] = answer["digest"]
            else:
                self.unreadable.add(path.audio_id)
            for waiting in self._asked.pop(path.audio_id, []):
                self._one_less(waiting)
            return True
        waiting = task.payload
        found = waiting.pending.found
        if answer.get("stat", [])[:2] != [found.size, found.mtime_ns]:
            self._count -= 1
            waiting.missing = -1  # never ready, whatever comes for its contents
            return False
        waiting.pending.digest = answer["digest"]
        self._one_less(waiting)
        return True

    def _one_less(self, waiting: _Waiting) -> None:
        waiting.missing -= 1
        if waiting.missing == 0:
            self._count -= 1
            self.ready.append(waiting.pending)


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
