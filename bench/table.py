"""Moving in a list, from the key to the last byte of the frame: ctk's table against Textual's own, on a real terminal.

python -m bench.table                                  generated rows, the widget alone
python -m bench.table --config ctk.toml --shows kick   ctk on a catalog; `kick` is in the name of the first row
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import defaultdict
from dataclasses import dataclass, field

from bench.common import ROOT, report, take_turns
from bench.terminal import Answer, Terminal, terminal

DOWN, PAGE_DOWN, HOME, END = b"\x1b[B", b"\x1b[6~", b"\x1b[H", b"\x1b[F"
RESORT, FILTER, CLEAR = b"\x1b[15~", b"\x1b[17~", b"\x1b[18~"
THEIRS = 20_000
"""Rows in Textual's DataTable: 100,000 take it half a minute to show."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What is typed for what."""

    resort: tuple[bytes, bytes] = (RESORT, RESORT)
    narrow: tuple[bytes, bytes] = (FILTER, CLEAR)
    ends: tuple[bytes, bytes] = (HOME, END)


@dataclass(slots=True)
class Side:
    """A program, and what was measured of it in all rounds."""

    argv: list[str]
    shows: bytes
    """Text of the first row."""
    keys: Keys = Keys()
    answers: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    held: list[dict[str, float]] = field(default_factory=list)

    def first(self, columns: int, rows: int) -> float:
        """Start it; return the seconds to its first row."""
        with terminal(self.argv, columns, rows, str(ROOT)) as running:
            return running.until(self.shows)

    def keyed(self, columns: int, rows: int) -> float:
        """Press all keys; return the seconds to the first row once more."""
        with terminal(self.argv, columns, rows, str(ROOT)) as running:
            seconds = running.until(self.shows)
            running.settle()
            self._press(running, rows)
        return seconds

    def _press(self, running: Terminal, rows: int) -> None:
        for _ in range(rows // 2):
            self.answers["down"].append(running.key(DOWN))
        for _ in range(rows):
            running.press(DOWN)
        for _ in range(40):
            self.answers["scroll one line"].append(running.key(DOWN))
        for _ in range(30):
            self.answers["page down"].append(running.key(PAGE_DOWN))
        for _ in range(8):
            self.answers["end"].append(running.key(self.keys.ends[1]))
            running.press(self.keys.ends[0])
        for turn in range(8):
            self.answers["re-sort"].append(running.key(self.keys.resort[turn % 2]))
        for _ in range(4):
            self.answers["filter"].append(running.key(self.keys.narrow[0]))
            self.answers["clear filter"].append(running.key(self.keys.narrow[1]))
        running.press(self.keys.ends[0])
        running.hold(DOWN, seconds=rows / 30)
        held = running.hold(DOWN)
        running.settle()
        self.held.append(
            {
                "frames_a_second": held.frames,
                "cpu": held.cpu,
                "bytes_a_second": held.size,
                "rss_mb": running.memory() / 1e6,
            }
        )
        self.held[-1]["rest_bytes_a_second"] = running.rest()

    def facts(self) -> dict[str, object]:
        """Return what was measured, in milliseconds and bytes."""
        keys = {
            name: {
                **_spread("frame", [one.first for one in some]),
                **_spread("settled", [one.last for one in some]),
                "bytes": round(statistics.mean(one.size for one in some)),
            }
            for name, some in self.answers.items()
        }
        names = self.held[0] if self.held else {}
        return {**keys, "held": {name: round(statistics.median(one[name] for one in self.held), 2) for name in names}}


def _spread(name: str, seconds: list[float]) -> dict[str, float]:
    """Return median and 99th percentile in milliseconds: to the end of the first frame, and to the last byte."""
    ordered = sorted(seconds)
    return {
        f"{name}_p50_ms": round(statistics.median(ordered) * 1000, 1),
        f"{name}_p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
    }


def ours(words: list[str], shows: str, keys: Keys = Keys()) -> Side:
    """Return a side that runs a module of this Python."""
    return Side([sys.executable, "-m", *words], shows.encode(), keys)


def sides(options: argparse.Namespace) -> dict[str, Side]:
    """Return the programs by name."""
    if options.config:
        words = ["ctk_tui", "--config", options.config, *(["--db", options.db] if options.db else [])]
        return {"ctk": ours(words, options.shows, Keys((b",n", b",N"), (f"/{options.query}\r".encode(), b"\x1b")))}
    found = {f"virtual {count}": ours(["bench.table_app", "virtual", str(count)], "000001") for count in options.sizes}
    return found | {
        f"datatable {THEIRS}": ours(
            ["bench.table_app", "datatable", str(THEIRS)], "000001", Keys(ends=(b"\x1b[1;5H", b"\x1b[1;5F"))
        )
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--columns", type=int, default=200)
    parser.add_argument("--rows", type=int, default=60)
    parser.add_argument("--config", help="measure ctk itself, with this configuration")
    parser.add_argument("--db", help="its catalog")
    parser.add_argument("--shows", default="000001", help="text of its first row")
    parser.add_argument("--query", default="kick", help="what it is filtered by")
    options = parser.parse_args()
    columns, rows = options.columns, options.rows
    empty = Side([sys.executable, "-m", "bench.table_app", "empty"], b"\x1b[?2026l")
    measured = sides(options)
    works = {name: lambda side=side: side.keyed(columns, rows) for name, side in measured.items()}
    seconds = take_turns(options.rounds, {"empty": lambda: empty.first(columns, rows), **works})
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    ratios = {f"first rows, {name}, to an empty app": medians[name] / medians["empty"] for name in measured}
    reach = {f"first rows, {name}, to an empty app": "<= 2" for name in measured if not name.startswith("datatable")}
    mine, theirs = measured.get(f"virtual {THEIRS}"), measured.get(f"datatable {THEIRS}")
    if mine and theirs:
        for key, some in theirs.answers.items():
            own = statistics.median(one.last for one in mine.answers[key])
            ratios[f"{key}, DataTable to ours"] = statistics.median(one.last for one in some) / own
    facts = {name: side.facts() for name, side in measured.items()}
    report("table", seconds, ratios, reach, terminal=f"{columns}x{rows}", keys=facts)


if __name__ == "__main__":
    main()
