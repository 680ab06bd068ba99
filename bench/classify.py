"""Classifying: the README loop of panns-inference, the engine, the whole pipeline, the machine's limit, in turns.

Sounds are the library's, whole files for the loop, windows for the engine and the pipeline; and windows of 10 s. While
the pipeline loads its model, which is told apart, its decoders work ahead: what they took until then is counted as if
it had come afterwards, on as many cores as the engine has. With few sounds the pipeline's end is much of the whole. The
limit is that of float32 matrix products on as many cores, against the multiplications that CNN14's definition asks for.
Beside seconds by the clock stand seconds of the processors: on a machine that has other work the first say little.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

from bench import library
from bench.common import arguments, ctk, report, take_turns, workplace
from ctk_tui.classify.engine import Engine
from ctk_tui.classify.network import LEAST_SAMPLES, RATE
from ctk_tui.classify.reference import CONFIG, config
from ctk_tui.classify.weights import CHANNELS
from ctk_tui.classify.windows import hear
from ctk_tui.model.job import Job
from ctk_tui.toolkit.classifier import ClassifyOptions
from ctk_tui.toolkit.toolkit import Toolkit
from ctk_tui.workers import heap
from tests.support.cnn14 import write_checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WINDOW = 10 * RATE
SIDE = 3000
"""Rows and columns of the matrices."""


class Clocks:
    """Seconds of a side, by the clock and by the processors, this one's and its children's."""

    def __init__(self) -> None:
        self.busy: dict[str, list[float]] = {}

    def timed(self, name: str, work: Callable[[], tuple[float, float] | None]) -> Callable[[], float]:
        """Return what measures a side; the work may say how long it took by the clock, and what not to count."""

        def measured() -> float:
            start, before = time.perf_counter(), processors()
            said = work()
            seconds, uncounted = said or (time.perf_counter() - start, 0.0)
            self.busy.setdefault(name, []).append(processors() - before - uncounted)
            return seconds

        return measured


def processors() -> float:
    """Return seconds of the processors that this process and its ended children took."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def products(samples: int) -> float:
    """Return the multiplications and additions of CNN14 for a clip, as its definition counts them."""
    frames, mels, total = samples // 320 + 1, 64, 2 * (2048 * 2048 + 2048 * 527)
    for inside, outside in pairwise(CHANNELS):
        total += 2 * 9 * frames * mels * outside * (inside + outside)
        if outside != CHANNELS[-1]:
            frames, mels = frames // 2, mels // 2
    return float(total)


class Stages(Job):
    """A job that notes when each of its stages began, and what each of its processes had taken until then."""

    def __init__(self) -> None:
        self.began: dict[str, tuple[float, list[float]]] = {}
        super().__init__()

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "stage":
            children = sorted(psutil.Process().children(), key=lambda child: -child.memory_info().rss)
            taken = [times.user + times.system for times in (child.cpu_times() for child in children)]
            self.began[value] = time.perf_counter(), taken  # the engine's first: it is the largest by far
        super().__setattr__(name, value)


def readme(checkpoint: Path) -> Callable[[Sequence[Any]], None]:
    """Return the loop that the package's README shows: librosa, one file at a time."""
    sys.modules.setdefault(CONFIG, config())  # else its import runs wget
    librosa, panns_inference = import_module("librosa"), import_module("panns_inference")
    with contextlib.redirect_stdout(sys.stderr):  # it prints
        tagging = panns_inference.AudioTagging(checkpoint_path=str(checkpoint), device="cpu")

    def loop(sounds: Sequence[Any]) -> None:
        for sound in sounds:
            audio = sound if isinstance(sound, np.ndarray) else librosa.load(sound, sr=RATE, mono=True)[0]
            # Shorter clips crash it.
            tagging.inference(np.pad(audio, (0, max(0, LEAST_SAMPLES - len(audio))))[None])

    return loop


def main() -> None:
    """Measure and print."""
    heap.keep()  # as the pipeline's engine has it
    parser = arguments(__doc__.partition("\n")[0])
    parser.add_argument("--sounds", type=int, default=1000, help="sounds of the library that are classified")
    parser.add_argument("--loop-sounds", type=int, default=150, help="of these, what the loop is given a round")
    parser.add_argument("--windows", type=int, default=12, help="windows of 10 s")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="cores to compute on")
    parser.add_argument("--checkpoint", type=Path, default=None, help="weights; random ones are as fast")
    given = parser.parse_args()
    library.make(given.library, given.files, seconds=given.max_seconds)
    with workplace(given.library) as folder, tempfile.TemporaryDirectory() as made:
        checkpoint = given.checkpoint or Path(made) / "seeded.pth"
        if not given.checkpoint:
            write_checkpoint(checkpoint)
        ctk(folder, "scan", "--json", "-q")
        os.environ["XDG_STATE_HOME"] = str(folder)
        with Toolkit.open(folder / "config.toml", database_path=folder / "catalog.db") as toolkit:
            measure(toolkit, checkpoint, given)


def measure(toolkit: Toolkit, checkpoint: Path, given: Any) -> None:
    """Let the sides take turns, and print."""
    import torch

    # What librosa reads by itself; for the others it starts a program a file, which would flatter us.
    ids = random.Random(1).sample(sorted(toolkit.catalog.search("format:wav,mp3,flac,vorbis,aiff")), given.sounds)
    files = [os.fsdecode(entry.path) for entry in toolkit.catalog.entries(ids)]
    options = ClassifyOptions(checkpoint=checkpoint, device="cpu", threads=given.threads, redo=True)
    engine = Engine(str(checkpoint), "cpu", given.threads)
    windows = [hear(file) for file in files]
    clips = [window for some in windows for window in some]
    some = files[: given.loop_sounds]
    looped = sum(len(window) for heard in windows[: len(some)] for window in heard) / RATE
    dice = np.random.default_rng(1)
    tens = [(dice.standard_normal(WINDOW) * 0.1).astype(np.float32) for _ in range(given.windows)]
    square = torch.from_numpy(dice.standard_normal((SIDE, SIDE)).astype(np.float32))
    loop = readme(checkpoint)

    def pipeline() -> tuple[float, float]:
        job = Stages()
        found = toolkit.classifier.classify(ids, options, job)
        if found.classified != len(ids):
            raise SystemExit(f"wrong: {found}")
        # Loading the model is told apart: it is done once, however many sounds there are.
        (ready, (loading, *decoding)), (ended, _) = job.began["classify"], job.began["index"]
        return ended - ready + sum(decoding) / given.threads, loading

    def hear_all(sounds: list[Any]) -> None:
        engine.compute(sounds)

    def product() -> None:
        with torch.inference_mode():
            for _ in range(20):
                square @ square

    clocks = Clocks()
    work: dict[str, Callable[[], tuple[float, float] | None]] = {
        "readme": lambda: loop(some),
        "engine": lambda: hear_all(clips),
        "pipeline": pipeline,
        "readme, 10 s": lambda: loop(tens),
        "engine, 10 s": lambda: hear_all(tens),
        "matrix product": product,
    }
    loop(files[:3])
    engine.compute(clips[:8])
    seconds = take_turns(given.rounds, {name: clocks.timed(name, side) for name, side in work.items()})
    tell(seconds, clocks.busy, clips, looped, len(tens))


def tell(
    seconds: dict[str, list[float]], busy: dict[str, list[float]], clips: list[Any], looped: float, tens: int
) -> None:
    """Print speeds and ratios; `looped` is the sound that the loop was given, in seconds."""
    heard = sum(map(len, clips)) / RATE
    sound = {
        name: 10.0 * tens if "10 s" in name else looped if name == "readme" else heard
        for name in seconds
        if name != "matrix product"
    }
    asked = {
        "engine": sum(products(max(len(clip), LEAST_SAMPLES)) for clip in clips),
        "engine, 10 s": products(WINDOW) * tens,
    }

    def ratios(of: dict[str, list[float]]) -> dict[str, float]:
        median = {name: statistics.median(values) for name, values in of.items()}
        limit = 20 * 2 * SIDE**3 / median["matrix product"]
        return {
            "pipeline over engine": median["engine"] / median["pipeline"],
            "pipeline over readme": median["readme"] / looped * heard / median["pipeline"],
            "engine over readme, 10 s": median["readme, 10 s"] / median["engine, 10 s"],
            "engine over limit, 10 s": asked["engine, 10 s"] / median["engine, 10 s"] / limit,
            "engine over limit": asked["engine"] / median["engine"] / limit,
            "readme over limit, 10 s": asked["engine, 10 s"] / median["readme, 10 s"] / limit,
        }

    lengths = sorted(len(clip) / RATE for clip in clips)
    report(
        "classify",
        seconds,
        ratios(seconds),
        {"pipeline over engine": ">= 0.9", "pipeline over readme": ">= 3", "engine over limit, 10 s": ">= 0.85"},
        ratios_of_processor_seconds={name: round(ratio, 2) for name, ratio in ratios(busy).items()},
        processor_seconds={name: round(statistics.median(values), 2) for name, values in busy.items()},
        sound_seconds_a_second={name: round(sound[name] / statistics.median(seconds[name]), 1) for name in sound},
        gflops=round(20 * 2 * SIDE**3 / statistics.median(seconds["matrix product"]) / 1e9),
        windows=len(clips),
        seconds_of_sound=round(heard),
        median_seconds_of_a_window=round(statistics.median(lengths), 2),
        load_average=os.getloadavg(),
    )


if __name__ == "__main__":
    main()
