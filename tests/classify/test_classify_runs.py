"""Real runs: processes that decode, a process that computes, a kill in the middle, garbage among the files."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import struct
import subprocess
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctk_tui.catalog import embeddings
from ctk_tui.classify import computing
from ctk_tui.classify.engine import Engine
from ctk_tui.classify.windows import hear
from ctk_tui.toolkit.classifier import ClassifyOptions
from tests.support.asking import ask, content_of
from tests.support.calling import PATIENCE, process
from tests.support.cnn14 import DEVICE
from tests.support.hearing import kept
from tests.support.library import Library, put, wav
from tests.support.make_audio import sound
from tests.workers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    from numpy.typing import NDArray

SMALL = """
import ctk_tui.classify.pipeline as pipeline
pipeline.MOST = 1.0
"""
"""As many chunks for some files as there are for some hundreds."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one"})
    yield made
    made.close()


def tone(seed: int, frames: int) -> bytes:
    """Return a WAV of a tone of its own."""
    pitch = 0.01 + seed % 97 / 100
    samples = (np.sin(np.arange(frames) * pitch) * 9000 + seed % 1000).astype("<i2")
    return wav(seed, frames=frames)[:44] + bytes(samples.tobytes())


def test_what_is_kept_is_what_the_engine_says(library: Library, checkpoint: Path, tmp_path: Path, home: Path) -> None:
    files = {
        "short.wav": tone(1, 2000),
        "one.flac": sound("flac", 1.0),
        "two.mp3": sound("mp3", 2.0),
        "silent.wav": wav(0, frames=44_100).replace(struct.pack("<h", -15000), b"\0\0"),
        "long.wav": tone(2, 44_100 * 25),
    }
    for name, content in files.items():
        put(tmp_path / "one" / name, content)
    library.scan()
    engine = Engine(str(checkpoint), DEVICE)
    options = ClassifyOptions(device=DEVICE, checkpoint=checkpoint, name_hints=False)
    report = library.toolkit.classifier.classify(None, options)
    assert (report.classified, report.device, report.left) == (5, engine.device, 0)
    assert report.seconds_heard == pytest.approx(34.05, abs=0.2)
    assert {path.name for path in home.rglob("*") if path.is_file()} <= {"checksums.json"}  # of all that was imported
    for name in ("one.flac", "long.wav", "silent.wav"):
        path = tmp_path / "one" / name
        probabilities, vectors = (part.mean(0) for part in engine.compute(hear(str(path))))
        number = content_of(library, path)
        entry = library.toolkit.catalog.details(number).entry
        if name == "silent.wav":
            assert [(label.label, label.p) for label in entry.labels] == [("Silence", 1.0)]
            assert (entry.category, entry.confidence) == ("other", 1.0)
        else:
            assert [label.p for label in entry.labels] == pytest.approx(sorted(probabilities)[:-6:-1], abs=2e-4)
        [(stamp,)] = ask(library.toolkit.database, "SELECT stamp FROM classified WHERE audio_id = ?", number)
        stored = np.frombuffer(embeddings.get(library.toolkit.database, stamp) or b"", "<f2")
        assert np.abs(stored - vectors).max() < 1e-2  # float16 has three digits
    [(one,)] = ask(library.toolkit.database, "SELECT count(DISTINCT version) FROM classified")
    assert one == 1
    outside = tmp_path / "outside.flac"
    outside.write_bytes(files["one.flac"])
    found = library.toolkit.classifier.embedding(
        os.fsencode(outside), ClassifyOptions(device=DEVICE, checkpoint=checkpoint)
    )
    [alone] = engine.compute(hear(str(outside)))[1]
    assert np.abs(np.array(found) - alone).max() < 1e-3


def killed(library: Library, checkpoint: Path, folder: Path, count: int) -> int:
    """Let a run be killed in the middle; return how many sounds it had done."""
    for at in range(count):
        put(folder / f"{at}.wav", tone(at, 14_000 + 10 * at))
    library.scan()
    words = ["--config", str(library.config), "--db", str(library.database), "classify", "-q",
             "--checkpoint", str(checkpoint)]  # fmt: skip
    child = process(*words, code=SMALL)
    try:
        assert until(lambda: len(kept(library.toolkit)) >= 4, PATIENCE)
        put(folder / "later.wav", tone(count, 9000))
        library.scan()  # goes on meanwhile
        child.send_signal(signal.SIGKILL)
    finally:
        child.kill()
        child.wait(PATIENCE)
    return len(kept(library.toolkit))


def test_killed_in_the_middle_the_next_run_does_only_what_is_missing(
    library: Library, checkpoint: Path, tmp_path: Path
) -> None:
    done = killed(library, checkpoint, tmp_path / "one", 60)
    assert 4 <= done < 60
    before = ask(library.toolkit.database, "SELECT audio_id, at, stamp FROM classified ORDER BY 1")
    assert until(
        lambda: library.toolkit.jobs.list()[1 if library.toolkit.jobs.list()[0].kind == "scan" else 0].state == "dead"
    )
    report = library.toolkit.classifier.classify(None, ClassifyOptions(checkpoint=checkpoint))
    assert (report.classified, report.done_before) == (61 - done, done)
    after = ask(library.toolkit.database, "SELECT audio_id, at, stamp FROM classified ORDER BY 1")
    assert set(before) < set(after)
    assert len(after) == 61
    assert len(embeddings.stamps(library.toolkit.database)) == 61  # what the killed run left behind was swept away


def test_executors_from_outside_do_the_same(
    library: Library, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's own: one pickles what goes in and what comes back, errors too, as a cluster's does."""
    for at in range(6):
        put(tmp_path / "one" / f"{at}.wav", tone(at, 9000 + 300 * at))
    library.scan()
    (tmp_path / "one" / "3.wav").write_bytes(b"garbage " * 600)  # since the scan
    (tmp_path / "one" / "4.wav").unlink()
    monkeypatch.setattr(computing, "_engines", {})  # 600 MB that no other test has to carry
    told: list[list[NDArray[np.float32]]] = []
    for executor in (processes, lambda: ThreadPoolExecutor(2)):
        options = ClassifyOptions(checkpoint=checkpoint, executor=executor, redo=True)
        report = library.toolkit.classifier.classify(None, options)
        assert (report.classified, report.left) == (4, 0)
        assert [os.path.basename(path) for _, path, _ in report.failed] == [b"3.wav"]
        assert [os.path.basename(path) for path, _ in report.unreadable] == [b"4.wav"]
        told.append(found(library))
    for one, other in zip(*told, strict=True):
        assert np.abs(one - other).max() < 1e-2  # float16 has three digits
    assert len(told[0]) == 4


def processes() -> Executor:
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))


def found(library: Library) -> list[NDArray[np.float32]]:
    """Return the embeddings of all classified sounds."""
    stamps = ask(library.toolkit.database, "SELECT stamp FROM classified WHERE stamp IS NOT NULL ORDER BY audio_id")
    vectors = [embeddings.get(library.toolkit.database, stamp) or b"" for (stamp,) in stamps]
    return [np.frombuffer(vector, "<f2").astype(np.float32) for vector in vectors]


def test_in_the_background_until_it_is_done(library: Library, checkpoint: Path, tmp_path: Path) -> None:
    for at in range(3):
        put(tmp_path / "one" / f"{at}.wav", tone(at, 9000))
    library.scan()
    words = ["--config", str(library.config), "--db", str(library.database), "classify", "--detach", "--threads", "1",
             "--checkpoint", str(checkpoint)]  # fmt: skip
    started = process(*words, stdout=subprocess.PIPE)
    said, _ = started.communicate(timeout=PATIENCE)
    assert started.returncode == 0
    [job] = [job for job in library.toolkit.jobs.list() if job.kind == "classify"]
    assert said.decode() == (
        f"job {job.id} classifies in the background: `ctk jobs watch`, `ctk jobs cancel {job.id}`\n"
    )
    assert job.pid != started.pid
    assert until(lambda: library.toolkit.jobs.get(job.id).state != "running", PATIENCE)
    done = library.toolkit.jobs.get(job.id)
    assert (done.state, done.done, done.counts["classified"]) == ("done", 3, 3)
    assert len(kept(library.toolkit)) == 3
    assert until(lambda: library.toolkit.jobs.log(job.id).startswith("3 sounds classified"), PATIENCE)


def with_garbage(library: Library, checkpoint: Path, folder: Path, count: int) -> None:
    """Classify files of which one in twenty is damaged in some way; every one must be told of."""
    dice = random.Random(5)
    kinds = [sound(kind, 0.4, 48_000) for kind in ("wav", "flac", "mp3", "vorbis", "aac", "wavpack", "wma", "opus")]
    for at in range(count):
        content = bytearray(kinds[at % len(kinds)] if at % 3 else tone(at, 9000 + at))
        if at % 20 == 7:
            way = dice.randrange(3)
            content = (
                bytearray(dice.randbytes(4000)) if way == 0
                else content[: len(content) // dice.randint(2, 40)] if way == 1
                else bytearray(byte if dice.random() > 0.05 else dice.randrange(256) for byte in content)
            )  # fmt: skip
        content += b"\0" * (at % 7 + 1) + struct.pack("<I", at)  # each another content
        put(folder / str(at % 30) / f"{at}.sound.wav", bytes(content))
    scan = library.scan()
    contents = ask(library.toolkit.database, "SELECT count(*) FROM audio")[0][0]
    assert scan.counts["found"] == count
    assert contents == count
    report = library.toolkit.classifier.classify(None, ClassifyOptions(checkpoint=checkpoint))
    assert report.unreadable == []
    assert report.late == report.left == report.away == 0
    assert report.classified + len(report.failed) + report.broken == contents
    assert report.classified >= 0.93 * count
    assert {number for number, _, _ in report.failed} == {
        number for number, row in kept(library.toolkit).items() if row[2]
    }
    again = library.toolkit.classifier.classify(None, ClassifyOptions(checkpoint=checkpoint))
    assert again.classified == 0
    assert again.failed == []
    assert (again.done_before, again.failed_before, again.broken) == (
        report.classified, len(report.failed), report.broken,
    )  # fmt: skip


def test_a_hundred_files_with_garbage_among_them(library: Library, checkpoint: Path, tmp_path: Path) -> None:
    with_garbage(library, checkpoint, tmp_path / "one", 100)


@pytest.mark.soak
def test_a_thousand_files_with_garbage_among_them(library: Library, checkpoint: Path, tmp_path: Path) -> None:
    with_garbage(library, checkpoint, tmp_path / "one", 1000)
