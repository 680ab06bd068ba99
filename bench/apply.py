"""Changing files: the proof before a removal against reading the same bytes, and whole operations against bare renames.

All is done on a copy of the library's duplicates and some other files, made beside the library and removed in the end;
the library itself is only read. Long sounds of noise, each there twice, are added to it: the bench library's are a
second long, and opening them costs as much as reading them.

Cold means that the system was told before each round to forget the bytes (posix_fadvise DONTNEED), not where they lie.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import struct
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import library
from bench.common import arguments, ctk, report, take_turns, timed, workplace
from ctk_tui.disk.digest import BLOCK
from ctk_tui.files.apply import Apply
from ctk_tui.files.entry import Entry
from ctk_tui.files.mirror import Mirror
from ctk_tui.model.job import Job
from ctk_tui.toolkit.grounds import look_at_places
from ctk_tui.toolkit.toolkit import Toolkit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctk_tui.files.change import Facts
    from ctk_tui.files.proof import Held
    from ctk_tui.model.plan import Operation, Plan

OLD = 1_600_000_000
"""Seconds since the epoch: a file that was written a minute ago counts as in use."""


class Proving(Apply):
    """An apply that stops where the file would be renamed."""

    def quarantine(self, held: Held, facts: Facts, still: Callable[[], str] = lambda: "") -> None:
        """Look at the keeper once more, as after the rename, and leave the file where it is."""
        if held.file.size < 0 or facts.digest is None or still():
            raise SystemExit(f"{held.place.path!r} was not proved")


def prove(toolkit: Toolkit, plan: Plan) -> float:
    """Return the seconds that proving all removals of a plan takes."""
    places, job = look_at_places(toolkit), Job()
    entry = Entry(places, Mirror(toolkit.database, places), "clean-up")
    work = Proving(toolkit.database, places, entry, job)
    seconds = timed(lambda: work.run(plan))
    if work.failed or job.done != plan.totals.files:
        raise SystemExit(f"not proved: {work.failed[:3]}")
    return seconds


def read_plainly(names: list[bytes]) -> float:
    """Return the seconds that reading these files whole takes, one after the other, in blocks as long as ctk's."""

    def read() -> None:
        for name in names:
            fd = os.open(name, os.O_RDONLY)
            while os.read(fd, BLOCK):
                pass
            os.close(fd)

    return timed(read)


def forget(names: list[bytes]) -> None:
    """Tell the system to forget the bytes of files."""
    for name in names:
        fd = os.open(name, os.O_RDONLY)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)


@contextmanager
def copied(root: Path, truth: dict[str, str | None], files: int, pairs: int, megabytes: int) -> Iterator[Path]:
    """Yield a copy of a part of the library, on its disk.

    Args:
        root: the library.
        truth: path to the path it is a copy of.
        files: copied at least; all exact groups are, and then others.
        pairs: of long sounds that are added in the folder `long`.
        megabytes: length of each.
    """
    folder = Path(tempfile.mkdtemp(prefix=root.name + ".apply-", dir=root.parent))
    try:
        groups = [path for path, of in truth.items() if of is not None]
        chosen = dict.fromkeys([*groups, *(of for of in truth.values() if of is not None), *truth])
        for path in list(chosen)[: max(files, 2 * len(groups))]:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / path, folder / path)
            os.utime(folder / path, (OLD, OLD))
        (folder / "long").mkdir()
        for number in range(pairs):
            noise = random.Random(number).randbytes(megabytes << 20)
            head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(noise), b"WAVE", b"fmt ", 16, 1, 2, 48000,
                               192000, 4, 16, b"data", len(noise))  # fmt: skip
            for name in (f"{number}.wav", f"{number} copy.wav"):
                (folder / "long" / name).write_bytes(head + noise)
                os.utime(folder / "long" / name, (OLD, OLD))
        os.sync()  # what is not on the disk yet cannot be forgotten
        yield folder
    finally:
        shutil.rmtree(folder)


def measure_proof(toolkit: Toolkit, rounds: int) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Return seconds and bytes of every side: short and long sounds, cold and warm, proved and read."""
    seconds: dict[str, list[float]] = {}
    sizes: dict[str, int] = {}
    for kind, query in (("library", "^dir:long"), ("long sounds", "dir:long")):
        plan = toolkit.files.plan_duplicates(toolkit.catalog.search(query))
        names = [name for one in plan.operations for name in (one.path, keeper_of(one))]
        for warmth in ("cold", "warm"):

            def side(work: Callable[[], float], names: list[bytes] = names, cold: bool = warmth == "cold") -> float:
                if cold:
                    forget(names)
                return work()

            sides: dict[str, Callable[[], float]] = {
                f"prove {kind} {warmth}": partial(side, partial(prove, toolkit, plan)),
                f"read {kind} {warmth}": partial(side, partial(read_plainly, names)),
            }
            for work in sides.values():
                work()
            seconds |= take_turns(rounds, sides)
        sizes[kind] = 2 * plan.totals.bytes
    return seconds, sizes


def keeper_of(operation: Operation) -> bytes:
    """Return the keeper of a removal; a clean-up has no other lines."""
    if operation.keeper is None:
        raise SystemExit(f"{operation.path!r} has no keeper")
    return operation.keeper


def done(answer: tuple[float, Any], files: int) -> float:
    """Return the seconds of a command that changed this many files, all of them."""
    seconds, told = answer
    if (told["done"], told["failed"]) != (files, []):
        raise SystemExit(f"wrong: {told['done']} of {files}, {told['failed'][:3]}")
    return seconds


def rename_barely(names: list[Path], log: Path | None) -> float:
    """Return the seconds that bare renames take, there and back again halved.

    Args:
        names: the files.
        log: where a line is written and brought to the disk before each rename, None for nowhere: the least that a
            rename costs that a power cut cannot make one forget.
    """
    pairs = [(name, name.with_name(f"{name.stem}_x{name.suffix}")) for name in names]
    line = b"x" * 300 + b"\n"

    def work() -> None:
        fd = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if log is not None else -1
        for old, new in [*pairs, *((new, old) for old, new in pairs)]:
            if fd >= 0:
                os.write(fd, line)
                os.fsync(fd)
            os.rename(old, new)
        if fd >= 0:
            os.close(fd)

    return timed(work) / 2


def measure_operations(folder: Path, root: Path, rounds: int) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Return seconds and number of files of every side: ctk's commands, and bare renames of the same files."""
    renamed = ctk(folder, "rename", "^dir:long", "--template", "{name}_x", "-o", str(folder / "rename"), "--json")[1]
    removed = ctk(folder, "dupes", "plan", "^dir:long", "-o", str(folder / "clean-up"), "--json")[1]
    files = {"rename": renamed["files"], "clean-up": removed["files"]}
    names = [Path(one["from"]) for one in renamed["operations"]]

    def there_and_back(what: str) -> tuple[float, float]:
        there = done(ctk(folder, "apply", str(folder / what), "-y", "--json"), files[what])
        return there, done(ctk(folder, "undo", "-y", "--json"), files[what])

    undos: dict[str, list[float]] = {"undo rename": [], "undo clean-up": []}

    def side(what: str) -> float:
        there, back = there_and_back(what)
        undos[f"undo {what}"].append(back)
        return there

    sides: dict[str, Callable[[], float]] = {
        "rename": partial(side, "rename"),
        "os.rename": partial(rename_barely, names, None),
        "os.rename and fsync": partial(rename_barely, names, root.parent / f"{root.name}.log"),
        "clean-up": partial(side, "clean-up"),
    }
    try:
        seconds = take_turns(rounds, sides)
    finally:
        (root.parent / f"{root.name}.log").unlink(missing_ok=True)
    files |= dict.fromkeys(("os.rename", "os.rename and fsync", "undo rename"), files["rename"])
    return seconds | undos, files | {"undo clean-up": files["clean-up"]}


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__.partition("\n")[0])
    parser.add_argument("--changed", type=int, default=2000, help="files that are copied and renamed")
    parser.add_argument("--pairs", type=int, default=8, help="long sounds that are there twice")
    parser.add_argument("--megabytes", type=int, default=32, help="length of each")
    given = parser.parse_args()
    truth = library.make(given.library, given.files, seconds=given.max_seconds)
    root = given.library.resolve()
    with copied(root, truth, given.changed, given.pairs, given.megabytes) as copy, workplace(copy) as folder:
        ctk(folder, "scan", "--json", "-q")
        with Toolkit.open(folder / "config.toml", database_path=folder / "catalog.db") as toolkit:
            seconds, sizes = measure_proof(toolkit, given.rounds)
        more, files = measure_operations(folder, copy, given.rounds)
    tell(seconds, sizes, more, files)


def tell(
    seconds: dict[str, list[float]], sizes: dict[str, int], more: dict[str, list[float]], files: dict[str, int]
) -> None:
    """Print rates and ratios."""
    median = {name: statistics.median(values) for name, values in (seconds | more).items()}
    ratios = {
        f"proof over reading, {kind}, {warmth}": median[f"read {kind} {warmth}"] / median[f"prove {kind} {warmth}"]
        for kind in sizes
        for warmth in ("cold", "warm")
    }
    ratios |= {
        f"rename, time over {one}": median["rename"] / median[one] for one in ("os.rename", "os.rename and fsync")
    }
    reach = {f"proof over reading, {one}": ">= 0.8" for one in ("library, cold", "long sounds, cold")}
    report(
        "apply",
        seconds | more,
        ratios,
        reach | {"proof over reading, long sounds, warm": ">= 0.8"},
        files=files,
        bytes=sizes,
        megabytes_per_second={
            f"{what} {name} {warmth}": round(size / median[f"{what} {name} {warmth}"] / 1e6)
            for name, size in sizes.items()
            for what in ("prove", "read")
            for warmth in ("cold", "warm")
        },
        files_per_second={name: round(number / median[name], 1) for name, number in files.items()},
    )


if __name__ == "__main__":
    main()
