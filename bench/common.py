"""What the benches share: arguments, ctk as its user runs it, rounds that take turns, and the report."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent


def arguments(about: str) -> argparse.ArgumentParser:
    """Return a parser of the arguments that every bench takes."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000, help="files in the library")
    parser.add_argument("--library", type=Path, default=ROOT / "build" / "bench-library", help="made where missing")
    parser.add_argument("--max-seconds", type=float, default=None, help="cut the sounds: many files on a small disk")
    parser.add_argument("--rounds", type=int, default=5, help="times that each side runs, in turns")
    return parser


def take_turns(rounds: int, sides: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Run every side once a round, first to last, then last to first, so that a slow minute strikes all alike.

    Args:
        rounds: how often.
        sides: name to a function that does the work and returns the seconds it took.

    Returns:
        Name to the seconds of every round.
    """
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds):
        for name in list(sides)[:: 1 if turn % 2 == 0 else -1]:
            seconds[name].append(sides[name]())
    return seconds


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@contextlib.contextmanager
def workplace(library: Path) -> Iterator[Path]:
    """Yield a folder for databases, with a config.toml that names the library as the one source."""
    folder = Path(tempfile.mkdtemp(prefix="ctk-bench-"))
    try:
        text = f"[sources.bench]\npath = {json.dumps(str(library.resolve()))}\n"
        (folder / "config.toml").write_text(text, "utf-8")
        yield folder
    finally:
        shutil.rmtree(folder)


def ctk(folder: Path, *words: str) -> tuple[float, Any]:
    """Run ctk in a process of its own, as its user does.

    Args:
        folder: from `workplace`; the database is catalog.db in it.
        words: the command and its options.

    Returns:
        Seconds from start to exit, and the JSON document it printed.

    Raises:
        SystemExit: it did not end with exit code 0.
    """
    line = [sys.executable, "-m", "ctk_tui", "--db", str(folder / "catalog.db")]
    line += ["--config", str(folder / "config.toml"), *words]
    # An installed ctk is compiled; from a checkout it is after its first run, unless that is forbidden.
    left_out = {"PYTHONDONTWRITEBYTECODE", *(name for name in os.environ if name.startswith("CTK_"))}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    start = time.perf_counter()
    run = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if run.returncode:
        raise SystemExit(f"{' '.join(line)} ended with {run.returncode}: {run.stderr[-2000:]}")
    return seconds, json.loads(run.stdout)


def forget(folder: Path) -> None:
    """Remove the database, so that the next scan is a first one."""
    for path in folder.glob("*.db*"):
        path.unlink()


def report(
    bench: str, seconds: dict[str, list[float]], ratios: dict[str, float], reach: dict[str, str], **facts: Any
) -> None:
    """Print one JSON document: medians, ratios of medians, and what is to be reached.

    Args:
        bench: its name.
        seconds: of every round, by side.
        ratios: name to what was measured.
        reach: the same names to "<= N" or ">= N".
        facts: what else belongs to the measurement.
    """
    reached = {
        name: ratios[name] <= float(goal[2:]) if goal.startswith("<=") else ratios[name] >= float(goal[2:])
        for name, goal in reach.items()
    }
    document = {
        "bench": bench,
        **facts,
        "seconds": {name: [round(value, 4) for value in values] for name, values in seconds.items()},
        "median_seconds": {name: round(statistics.median(values), 4) for name, values in seconds.items()},
        "ratios": {name: round(value, 2) for name, value in ratios.items()},
        "reach": reach,
        "reached": reached,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
    }
    print(json.dumps(document, indent=2))
