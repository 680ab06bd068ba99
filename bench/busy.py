"""Keys of the app while a scan of 20,000 files runs, against the same keys with no scan: on a real terminal.

The catalog is made of one half of the bench library; the other half is what the scan finds.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench import library
from bench.common import arguments, report
from bench.terminal import terminal

if TYPE_CHECKING:
    from bench.terminal import Terminal

DOWN, PAGE_DOWN, HOME = b"\x1b[B", b"\x1b[6~", b"\x1b[H"
KEYS = {"down": DOWN, "page down": PAGE_DOWN}
AT_A_TIME = 3
"""Presses of a key before the other one has its turn."""
TURNS = 20
"""Turns that each key has at rest; while the scan runs, as many as it lasts."""


def pressed(running: Terminal, key: bytes, turns: int) -> list[float]:
    """Return the seconds from each press to the end of the first frame."""
    return [running.key(key).first for _ in range(turns)]


def ctk(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the bench's own catalog."""
    command = [sys.executable, "-m", "ctk_tui", "--config", str(folder / "ctk.toml"), "--db", str(folder / "c.db")]
    return subprocess.run([*command, *words], check=True, capture_output=True, text=True)


def main() -> None:
    """Measure and print."""
    given = arguments(__doc__).parse_args()
    library.make(given.library, given.files, seconds=given.max_seconds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"XDG_STATE_HOME": name, "XDG_DATA_HOME": name}
        (folder / "ctk.toml").write_text("[audio]\naudition = false\n")
        ctk(folder, "sources", "add", "bench", str(given.library))
        ctk(folder, "scan", "-q")
        argv = [sys.executable, "-m", "ctk_tui", "--config", str(folder / "ctk.toml"), "--db", str(folder / "c.db")]
        seconds: dict[str, list[float]] = {}
        for _ in range(given.rounds):
            with terminal(argv, 200, 60) as running:
                running.until(b"NAME")
                running.settle()
                # The same in both: a move that scrolls sends the whole list, one that does not sends two lines.
                for _ in range(TURNS):
                    for label, key in KEYS.items():
                        seconds.setdefault(label, []).extend(pressed(running, key, AT_A_TIME))
                running.press(HOME)
                # At the priority that the app gives to scans of its own.
                scan = subprocess.Popen(["nice", "-n", "10", *argv, "scan", "-q", "--full"], stdout=subprocess.DEVNULL)
                while scan.poll() is None:
                    for label, key in KEYS.items():
                        seconds.setdefault(f"{label}, scanning", []).extend(pressed(running, key, AT_A_TIME))
        shutil.rmtree(folder / "logs", ignore_errors=True)
    ratios = {
        f"{label} while scanning over at rest": statistics.median(seconds[f"{label}, scanning"])
        / statistics.median(seconds[label])
        for label in KEYS
    }
    report("busy", seconds, ratios, dict.fromkeys(ratios, "<= 1.5"))


if __name__ == "__main__":
    main()
