"""A scan of a library in which nothing changed, against find(1) printing size and time of every file, in turns.

For 200,000 files on a small disk: --files 200000 --max-seconds 0.1
"""

from __future__ import annotations

import statistics
import subprocess

from bench import library
from bench.common import arguments, ctk, report, take_turns, timed, workplace
from bench.scan import check

MANY = 200_000
"""From here on the interpreter's start counts for little, and ctk has to be nearer to find."""


def main() -> None:
    """Measure and print."""
    given = arguments(__doc__.partition("\n")[0]).parse_args()
    truth = library.make(given.library, given.files, seconds=given.max_seconds)
    find = ["find", str(given.library), "-type", "f", "-printf", r"%s %T@ %p\n"]
    with workplace(given.library) as folder:
        check(ctk(folder, "scan", "--json", "-q")[1], truth)

        def scan_again() -> float:
            seconds, told = ctk(folder, "scan", "--json", "-q")
            if told["unchanged"] != told["found"] or told["found"] != len(truth):
                raise SystemExit(f"wrong: {told['unchanged']} unchanged of {told['found']} found of {len(truth)}")
            return seconds

        def run_find() -> float:
            return timed(lambda: subprocess.run(find, stdout=subprocess.DEVNULL, check=True))

        seconds = take_turns(given.rounds, {"ctk": scan_again, "find": run_find})
    median = {name: statistics.median(values) for name, values in seconds.items()}
    report(
        "rescan",
        seconds,
        {"time over find": median["ctk"] / median["find"]},
        {"time over find": "<= 5" if given.files >= MANY else "<= 12"},
        files=len(truth),
        files_per_second={name: round(len(truth) / value) for name, value in median.items()},
    )


if __name__ == "__main__":
    main()
