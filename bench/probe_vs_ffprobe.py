"""Hold the probe's answers against ffprobe's, file by file.

usage: python -m bench.probe_vs_ffprobe [--threads N] FOLDER...

Prints JSON: files and files a second by format, and every difference: a duration off by more than 50 ms (MP3 and MP2:
or 1 %, whichever is more), another rate, other channels, other bits, or an error on one side alone. Beside a duration
that differs stands what comes out when the whole file is decoded.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ctk_tui.disk.fingerprint import fingerprint
from ctk_tui.disk.safe_open import open_regular
from ctk_tui.model.errors import CtkError
from ctk_tui.model.settings import EXTENSIONS
from ctk_tui.scan.probe import probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.model.audio import AudioFacts

CLOSE = 0.05
"""Seconds that a duration may be off."""
CLOSE_MPEG = 0.01
"""Share that the duration of an MP3 may be off."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one of the two says of a file."""

    seconds: float | None = None
    rate: int | None = None
    channels: int | None = None
    bits: int | None = None
    error: str | None = None


def sounds(folders: list[str]) -> Iterator[bytes]:
    """Yield the audio files below these folders, by their extensions."""
    extensions = tuple(os.fsencode(extension) for extension in EXTENSIONS)
    for folder in folders:
        for place, _, names in os.walk(os.fsencode(folder)):
            yield from (os.path.join(place, name) for name in sorted(names) if name.lower().endswith(extensions))


def ours(path: bytes) -> tuple[Answer, str, float]:
    """Return our answer, the format, and the seconds that the probe took on top of the reads."""
    with open_regular(path) as file:
        print_ = fingerprint(file.fd, file.size, path=path)
        begin = time.perf_counter()
        try:
            facts = probe(file.fd, path, file.size, print_.head, print_.tail)
        except CtkError as error:
            return Answer(error=error.message), "error", time.perf_counter() - begin
        return _answer(facts), facts.format, time.perf_counter() - begin


def _answer(facts: AudioFacts) -> Answer:
    return Answer(facts.duration_secs, facts.sample_rate, facts.channels, facts.bit_depth)


def theirs(path: bytes) -> Answer:
    """Return ffprobe's answer."""
    entries = "format=duration:stream=codec_type,duration,sample_rate,channels,bits_per_sample,bits_per_raw_sample"
    command: list[str | bytes] = ["ffprobe", "-v", "error", "-of", "json", "-show_entries", entries, path]
    done = subprocess.run(command, capture_output=True, check=False)
    told: dict[str, Any] = json.loads(done.stdout or b"{}")
    stream = next((one for one in told.get("streams", []) if one.get("codec_type") == "audio"), None)
    if stream is None:
        return Answer(error=done.stderr.decode("utf-8", "replace").strip()[-200:] or "no sound")
    seconds = told.get("format", {}).get("duration") or stream.get("duration")
    bits = int(stream.get("bits_per_raw_sample") or 0) or int(stream.get("bits_per_sample") or 0)
    return Answer(float(seconds) if seconds else None, int(stream["sample_rate"]), stream["channels"], bits or None)


def decoded(path: bytes) -> float | None:
    """Return the seconds that come out when all of the file is decoded."""
    command: list[str | bytes] = [
        "ffmpeg",
        "-v",
        "quiet",
        "-i",
        path,
        "-map",
        "0:a:0",
        "-f",
        "s16le",
        "-ac",
        "1",
        "-ar",
        "8000",
        "-",
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    return round(len(done.stdout) / 16000, 4) if done.stdout else None


def differences(mine: Answer, other: Answer, form: str) -> list[str]:
    """Return the fields in which two answers differ by more than is allowed."""
    if mine.error or other.error:
        return [] if mine.error and other.error else ["error"]
    fields = [name for name in ("rate", "channels", "bits") if getattr(mine, name) != getattr(other, name)]
    if mine.seconds is None or other.seconds is None:
        return [*fields, "seconds"]
    allowed = max(CLOSE, CLOSE_MPEG * other.seconds) if form in {"mp3", "mp2"} else CLOSE
    return [*fields, "seconds"] if abs(mine.seconds - other.seconds) > allowed else fields


def main() -> None:
    """Compare, and print the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--threads", type=int, default=2, help="how many ffprobe at once (default: 2)")
    arguments = parser.parse_args()
    paths = list(sounds(arguments.folders))
    for path in paths:
        ours(path)  # the second reading is measured: disk and imports are warm then
    mine = [ours(path) for path in paths]
    with ThreadPoolExecutor(arguments.threads) as pool:
        other = list(pool.map(theirs, paths))
    files = Counter(form for _, form, _ in mine)
    spent = {form: sum(seconds for _, one, seconds in mine if one == form) for form in files}
    found: list[dict[str, Any]] = []
    for path, (answer, form, _), their in zip(paths, mine, other, strict=True):
        fields = differences(answer, their, form)
        if not fields:
            continue
        row = {"path": os.fsdecode(path), "format": form, "differs": fields}
        row |= {field: [getattr(answer, field), getattr(their, field)] for field in fields}
        found.append(row | ({"decoded": decoded(path)} if "seconds" in fields else {}))
    worst = max(
        (abs(answer.seconds - their.seconds) for (answer, _, _), their in zip(mine, other, strict=True)
         if answer.seconds is not None and their.seconds is not None),
        default=0.0,
    )  # fmt: skip
    report = {
        "files": len(paths),
        "agree": len(paths) - len(found),
        "largest_difference_secs": round(worst, 6),
        "files_a_second": round(len(paths) / sum(spent.values())) if paths else 0,
        "formats": {form: {"files": n, "files_a_second": round(n / spent[form])} for form, n in files.items()},
        "differences": found,
    }
    json.dump(report, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
