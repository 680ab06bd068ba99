"""From a key to the first sound, in device periods: play and seek, every format, into a private sound server."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from bench.common import report
from ctk_tui.audio.player.client import Player
from tests.support.flavours import FLAVOURS, hiss, written
from tests.support.pulse import RATE, PulseServer, Recorder, heard

FORMATS = {
    "wav": "wav-s16", "wav 24/96": "wav-96k", "aiff": "aiff-s16", "flac": "flac-16", "flac 24/96": "flac-24-96k",
    "mp3": "mp3", "mp3 VBR without header": "mp3-bare-vbr", "vorbis": "vorbis", "opus": "opus",
    "flac in ogg": "ogg-flac", "aac": "m4a", "adts": "adts", "alac": "alac-16", "wma": "wma", "caf": "caf-s24",
    "wavpack": "wavpack",
}  # fmt: skip
WAIT = 30.0


def taken(player: Player, go: str, file: Path, place: float) -> float:
    """Give a command and return the seconds until the device took the first frame of it."""
    begun = time.perf_counter()
    if go == "play":
        player.play(file)
    else:
        player.seek(place)
    sent = time.perf_counter() - begun
    player.settled(WAIT)
    state = player.wait_for(lambda state: state.start_delay is not None, WAIT)
    assert state.start_delay is not None  # for mypy: it was waited for
    return sent + state.start_delay


def heard_after(player: Player, recorder: Recorder, file: Path) -> float:
    """Play and return the seconds until it is in the recording, those 20 ms included that the recorder takes."""
    player.stop()
    recorder.quiet()
    player.play(file)
    sound = recorder.until(lambda sound: len(heard(sound)) > RATE // 20)
    return float(np.flatnonzero(np.abs(sound[:, 0]) > 1e-3)[0]) / RATE


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="plays and seeks of every format")
    parser.add_argument("--seconds", type=float, default=120.0, help="length of the files")
    parser.add_argument("--buffer-ms", type=int, default=0, help="device period, 0 for the player's own choice")
    given = parser.parse_args()
    rng, rounds, before = random.Random(1), given.rounds // 4 + 1, os.getloadavg()
    delays: dict[str, list[float]] = {}
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="ctk-bench-"))
        stack.callback(shutil.rmtree, folder)
        if shutil.which("pulseaudio"):
            server = stack.enter_context(PulseServer())
            os.environ.update(server.environ)
        else:
            server = None
        player = stack.enter_context(Player(output="" if server else "none", buffer_ms=given.buffer_ms or "auto"))
        for name, flavour in FORMATS.items():
            file = folder / flavour
            kind = FLAVOURS[flavour]
            file.write_bytes(written(hiss(given.seconds, kind.rate, kind.channels), kind))
            player.play(file)
            player.wait_for(lambda state: state.position > 0.2, WAIT)
            for go in ("play", "seek"):
                times = delays.setdefault(f"{go} {name}", [])
                for _ in range(given.rounds):
                    # Not in step with the device: a command comes at any moment of a period.
                    time.sleep(rng.uniform(0.1, 0.25))
                    times.append(taken(player, go, file, rng.uniform(0, given.seconds - 1)))
            if server:
                with Recorder(server) as recorder:
                    delays[f"heard {name}"] = [heard_after(player, recorder, file) for _ in range(rounds)]
        state = player.state
    period = state.buffer_ms / 1000
    in_periods = {name: statistics.median(values) / period for name, values in delays.items()}
    worst = max(max(values) for name, values in delays.items() if not name.startswith("heard")) / period
    ratios = {f"{name}, periods": value for name, value in in_periods.items()} | {"worst, periods": worst}
    reach = {name: "<= 1" for name in ratios if name.startswith(("play", "seek"))} | {"worst, periods": "<= 2"}
    facts = {"period_ms": state.buffer_ms, "output": state.output, "underruns": state.underruns}
    report("play", delays, ratios, reach, load_average={"before": before, "after": os.getloadavg()}, **facts)


if __name__ == "__main__":
    main()
