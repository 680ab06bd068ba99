"""Jobs: running them here or as a child, listing, cancelling, reading their logs."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

from ctk_tui.catalog import jobs
from ctk_tui.config.paths import log_dir
from ctk_tui.disk.locks import holder
from ctk_tui.jobs.leash import LET_GO
from ctk_tui.jobs.leash import VARIABLE as LEASH
from ctk_tui.jobs.runner import LOCKS, lock_path, run
from ctk_tui.model.errors import Busy, CatalogError, CtkError, Refused, SourceOffline, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctk_tui.model.job import Job, JobInfo
    from ctk_tui.toolkit.toolkit import Toolkit

T = TypeVar("T")
_TOLD_BY: dict[int, type[CtkError]] = {2: UsageError, 4: Refused, 5: Busy, 6: SourceOffline}
"""Exit codes of the command line, as docs/commands.md has them."""
NICE = 10
"""Of jobs that a screen started: measured, keys wait a third less than beside a child of equal rank."""
START_PATIENCE = 20.0
"""Seconds that a child may take until its job stands in the catalog."""


class JobsFacade:
    """Long work.

    Args:
        toolkit: the open toolkit.
    """

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit = toolkit
        self._database = toolkit.database
        self._leashes: dict[int, IO[bytes]] = {}

    def run(self, kind: str, work: Callable[[Job], T], *, job: Job | None = None) -> T:
        """Do work in this process under its lock; see `jobs.runner.run`."""
        return run(self._database, kind, work, job=job, log=os.environ.get("CTK_JOB_LOG", ""))

    def detach(self, arguments: Sequence[str], *, leash: bool = False) -> JobInfo:
        """Start `ctk ARGUMENTS` as a process of its own; return its job once it runs.

        Args:
            arguments: the words after `ctk`.
            leash: whether the job ends with this process, unless `release` lets it go; it then also leaves the cores
                to whatever else wants them. Without it the job outlives this process.

        Raises:
            CtkError: it ended before its job began; the message is what it said, the kind what its exit code says.
        """
        log_dir().mkdir(parents=True, exist_ok=True)
        made, name = tempfile.mkstemp(".log", time.strftime("%Y%m%dT%H%M%S-"), log_dir())
        log = Path(name)
        command = [
            sys.executable, "-m", "ctk_tui", "--config", str(self._toolkit.config_path), "--db",
            str(self._database.path), *arguments,
        ]  # fmt: skip
        with open(made, "wb") as out:
            child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if leash else subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, "CTK_JOB_LOG": str(log), **({LEASH: "1"} if leash else {})},
            )
        if leash:
            _make_modest(child.pid)
        # Waited for by a thread that dies with this process: an app that lives for days collects no zombies.
        threading.Thread(target=child.wait, name=f"waits for {child.pid}", daemon=True).start()
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline:
            for info in jobs.jobs(self._database):
                if info.pid == child.pid and info.log == str(log):
                    if child.stdin is not None:
                        self._leashes[info.id] = child.stdin
                    return info
            if child.poll() is not None:
                if child.stdin is not None:
                    child.stdin.close()
                raise _ended_early(child.returncode, log)
            time.sleep(0.02)
        raise CtkError("the job did not start in time", f"its log is {log}")

    def list(self) -> list[JobInfo]:
        """Return all jobs, newest first; those whose process is gone without a word are told as dead."""
        found = jobs.jobs(self._database)
        running = {info.id for info in found if info.state == "running"}
        for job_id in self._leashes.keys() - running:
            self._drop(job_id)
        dead = [info.id for info in found if info.state == "running" and not self._lives(info)]
        if dead and not self._database.read_only:
            with contextlib.suppress(CatalogError):  # a full disk: they are told as dead all the same
                jobs.bury(self._database, dead)
            found = jobs.jobs(self._database)
        return [jobs.dead(info) if info.id in dead and info.state == "running" else info for info in found]

    def _lives(self, info: JobInfo) -> bool:
        """A job lives while its lock is held by its process; a heartbeat would lie about a machine that slept."""
        if info.kind not in LOCKS:
            import psutil

            return psutil.pid_exists(info.pid)
        held_by = holder(lock_path(self._database, info.kind))
        return held_by is not None and held_by.get("pid") == info.pid

    def get(self, job_id: int) -> JobInfo:
        """Return one job.

        Raises:
            UsageError: there is no such job.
        """
        for info in self.list():
            if info.id == job_id:
                return info
        raise UsageError(f"there is no job {job_id}", "`ctk jobs` lists them")

    def cancel(self, job_id: int) -> None:
        """Ask a job to stop, whoever started it; it does within a second.

        Raises:
            UsageError: there is no such job, or it has ended.
        """
        info = self.get(job_id)
        if not jobs.ask_to_stop(self._database, job_id):
            raise UsageError(f"job {job_id} is {info.state} already")

    def release(self, job_id: int) -> None:
        """Let a job go that was started on a leash: it outlives this process. Others do so already."""
        self._drop(job_id, LET_GO)

    def close(self) -> None:
        """Let the jobs end that are on a leash still."""
        for job_id in list(self._leashes):
            self._drop(job_id)

    def _drop(self, job_id: int, word: bytes = b"") -> None:
        leash = self._leashes.pop(job_id, None)
        if leash is None:
            return
        with contextlib.suppress(OSError):  # the job has ended meanwhile
            leash.write(word)
        with contextlib.suppress(OSError):
            leash.close()

    def log(self, job_id: int) -> str:
        """Return what a detached job wrote.

        Raises:
            UsageError: there is no such job, or it ran in a terminal and has no log.
        """
        info = self.get(job_id)
        if not info.log or not Path(info.log).exists():
            raise UsageError(f"job {job_id} has no log: it ran in the foreground")
        return Path(info.log).read_text(errors="replace")


def _make_modest(pid: int) -> None:
    """Give a child a lower priority, so that keys and sound come first."""
    import psutil

    if sys.platform == "win32":
        modest = psutil.BELOW_NORMAL_PRIORITY_CLASS
    else:
        modest = NICE
    with contextlib.suppress(psutil.Error):  # it has ended already
        psutil.Process(pid).nice(modest)


def _ended_early(code: int, log: Path) -> CtkError:
    """Return the error that a child told before its job began, as the kind that its exit code says."""
    said = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    message = said[0].removeprefix("ctk: ") if said else f"it ended with {code}"
    return _TOLD_BY.get(code, CtkError)(message, said[1] if len(said) > 1 else f"its log is {log}")
