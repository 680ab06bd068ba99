"""Jobs as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.model.format import moment

if TYPE_CHECKING:
    from ctk_tui.model.job import JobInfo

_TOLD = ("found", "new", "updated", "moved", "duplicates", "missing", "classified", "errors")
"""Counters worth a word, in this order, as far as they are more than 0."""


def counted(job: JobInfo) -> str:
    """Return the counters of a job: 12 new, 3 duplicates."""
    return ", ".join(f"{job.counts[name]:,} {name}" for name in _TOLD if job.counts.get(name))


def ending(job: JobInfo) -> str:
    """Return a sentence on how a job ended."""
    told = counted(job)
    words = {"done": "is done", "cancelled": "was cancelled", "failed": "failed", "dead": "ended without a word"}
    sentence = f"{job.kind} {words.get(job.state, job.state)}"
    if job.message:
        sentence += f": {job.message}"
    return f"{sentence}: {told}" if told and not job.message else sentence


def line(job: JobInfo) -> tuple[str, str, str, str]:
    """Return id and kind, state, how far, and when, of a job."""
    far = f"{job.done:,}" if job.done else ""
    if job.total:
        far += f" of {job.total:,}"
    stage = f"{job.stage} " if job.state == "running" and job.stage else ""
    return f"{job.id}  {job.kind}", job.state, f"{stage}{far}".strip() or counted(job), moment(job.started)
