"""A first scan of a warm library: ctk, the naive recipe, and the floor, in turns."""

from __future__ import annotations

import statistics
from collections import Counter
from typing import TYPE_CHECKING, Any

from bench import library, naive
from bench.common import arguments, ctk, forget, report, take_turns, timed, workplace
from bench.floor import fingerprint_all

if TYPE_CHECKING:
    from pathlib import Path


def check(told: dict[str, Any], truth: dict[str, str | None]) -> None:
    """Stop unless the scan found what the truth file says: a fast scan that is wrong is no result."""
    copies = sum(of is not None for of in truth.values())
    expected = {"found": len(truth), "new": len(truth) - copies, "duplicates": copies, "errors": []}
    found = {name: told[name] for name in expected}
    if found != expected:
        raise SystemExit(f"wrong: {found}, expected {expected}")


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__)
    parser.add_argument("--naive-files", type=int, default=300, help="files that the naive recipe is given a round")
    given = parser.parse_args()
    truth = library.make(given.library, given.files, seconds=given.max_seconds)
    with workplace(given.library) as folder:

        def first_scan() -> float:
            forget(folder)
            seconds, told = ctk(folder, "scan", "--json", "-q")
            check(told, truth)
            return seconds

        def naive_scan() -> float:
            forget(folder)
            return timed(lambda: naive.scan(given.library, folder / "naive.db", given.naive_files))

        first_scan()  # all that the sides read is in the system's cache now, and Python has compiled ctk
        sides = {"ctk": first_scan, "naive": naive_scan, "floor": lambda: timed(lambda: fingerprint_all(given.library))}
        seconds = take_turns(given.rounds, sides)
    tell(seconds, truth, min(given.naive_files, given.files), given.library)


def tell(seconds: dict[str, list[float]], truth: dict[str, str | None], naive_files: int, root: Path) -> None:
    """Print rates and ratios; the naive recipe read fewer files, so rates are compared with it, not times."""
    median = {name: statistics.median(values) for name, values in seconds.items()}
    files = {"ctk": len(truth), "naive": naive_files, "floor": len(truth)}
    rates = {name: files[name] / median[name] for name in median}
    report(
        "scan",
        seconds,
        {"speed over naive": rates["ctk"] / rates["naive"], "time over floor": median["ctk"] / median["floor"]},
        {"speed over naive": ">= 200", "time over floor": "<= 4"},
        files=files,
        bytes=sum((root / path).stat().st_size for path in truth),
        formats=dict(Counter(path.rpartition(".")[2] for path in truth)),
        files_per_second={name: round(rate, 1) for name, rate in rates.items()},
    )


if __name__ == "__main__":
    main()
