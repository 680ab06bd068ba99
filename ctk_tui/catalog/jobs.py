"""The jobs table: what runs and what ran, whoever started it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ctk_tui.model.job import JobInfo

if TYPE_CHECKING:
    from ctk_tui.catalog.connection import Database
    from ctk_tui.model.job import Progress

KEPT = 200
"""Ended jobs that stay in the list."""
_GONE = "ended without a word (killed, or a power cut)"


def start(database: Database, kind: str, pid: int, log: str = "") -> int:
    """Add a running job and return its id; old ended ones make room."""
    with database.write() as connection:
        made = connection.execute(
            "INSERT INTO jobs (kind, state, started, pid, log) VALUES (?, 'running', ?, ?, ?)",
            (kind, time.time(), pid, log),
        )
        connection.execute(
            "DELETE FROM jobs WHERE state <> 'running' AND id <= (SELECT max(id) FROM jobs) - ?", (KEPT,)
        )
        return int(made.lastrowid or 0)


def sample(database: Database, job_id: int, progress: Progress) -> bool:
    """Store where a job is; return whether somebody asked it to stop."""
    with database.write() as connection:
        row = connection.execute(
            "UPDATE jobs SET stage = ?, source = ?, done = ?, total = ?, counts = ? WHERE id = ? RETURNING cancel",
            (progress.stage, progress.source, progress.done, progress.total, json.dumps(progress.counts), job_id),
        ).fetchone()
    return bool(row and row[0])


def end(database: Database, job_id: int, state: str, message: str = "") -> None:
    """Store how a job ended."""
    with database.write() as connection:
        connection.execute(
            "UPDATE jobs SET state = ?, message = ?, ended = ? WHERE id = ?", (state, message, time.time(), job_id)
        )


def ask_to_stop(database: Database, job_id: int) -> bool:
    """Ask a running job to stop; return False when there is no such job, or it has ended."""
    with database.write() as connection:
        asked = connection.execute("UPDATE jobs SET cancel = 1 WHERE id = ? AND state = 'running'", (job_id,))
        return asked.rowcount > 0


def bury(database: Database, job_ids: list[int]) -> None:
    """Mark jobs as dead whose lock is free and that never said that they ended."""
    with database.write() as connection:
        connection.executemany(
            "UPDATE jobs SET state = 'dead', ended = ?, message = ? WHERE id = ? AND state = 'running'",
            [(time.time(), _GONE, job_id) for job_id in job_ids],
        )


def dead(info: JobInfo) -> JobInfo:
    """Return what is told of a running job that `bury` could not mark."""
    return replace(info, state="dead", message=_GONE)


def jobs(database: Database, job_id: int | None = None) -> list[JobInfo]:
    """Return all jobs, newest first, or the one with this id."""
    with database.read() as connection:
        rows = connection.execute(
            "SELECT id, kind, state, stage, done, total, counts, started, ended, pid, message, log, source FROM jobs"
            " WHERE ? IS NULL OR id = ? ORDER BY id DESC",
            (job_id, job_id),
        ).fetchall()
    return [_info(row) for row in rows]


def _info(row: tuple[Any, ...]) -> JobInfo:
    number, kind, state, stage, done, total, counts, started, ended, pid, message, log, source = row
    return JobInfo(
        number, kind, state, stage, done, total, json.loads(counts), started, ended, pid, message, log, source
    )
