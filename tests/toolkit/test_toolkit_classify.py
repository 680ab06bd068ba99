"""Classifying a library: everything is accounted for, nothing is done twice, the user's word stays."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.classify import pipeline
from ctk_tui.classify.computing import prepare
from ctk_tui.classify.decoding import decode_sound
from ctk_tui.model.errors import Busy
from ctk_tui.model.job import Job
from tests.support.asking import ask, content_of, tell
from tests.support.hearing import QuickEngine, kept
from tests.support.library import Library, put, wav
from tests.workers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.toolkit.classifier import ClassifyOptions


def test_everything_is_accounted_for(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], tmp_path: Path
) -> None:
    engine, options = hearing
    job = Job()
    report = library.toolkit.classifier.classify(None, options, job)
    assert (report.classified, report.broken, report.left, report.device) == (21, 1, 0, "cpu")
    assert (report.failed, report.unreadable) == ([], [])
    assert (job.done, job.total, job.counts) == (21, 21, {"classified": 21})
    assert sum(engine.batches) == 21  # the copy is not heard twice
    found = kept(library.toolkit)
    assert len(found) == 21
    silent = found[content_of(library, tmp_path / "one" / "silent.wav")]
    assert silent == ("other", "model", None, "Silence")
    assert len({row[0] for row in found.values()}) > 3
    assert all(len(row[3].split("|")) == 5 for row in found.values() if row is not silent)
    assert ask(library.toolkit.database, "SELECT count(DISTINCT stamp) FROM classified") == [(21,)]


def test_a_second_run_does_nothing_and_redo_all(library: Library, hearing: tuple[QuickEngine, ClassifyOptions]) -> None:
    engine, options = hearing
    classify = library.toolkit.classifier.classify
    classify(None, options)
    engine.batches.clear()
    report = classify(None, options)
    assert (report.classified, report.done_before, report.device, engine.batches) == (0, 21, "", [])
    assert classify(None, replace(options, redo=True)).classified == 21


def test_only_what_was_asked_for_and_no_more_than_the_limit(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions]
) -> None:
    _, options = hearing
    ids = library.toolkit.catalog.search("1")
    assert len(ids) > 3
    assert library.toolkit.classifier.classify(ids, replace(options, limit=3)).classified == 3
    assert set(kept(library.toolkit)) == set(ids[:3])
    report = library.toolkit.classifier.classify(ids, options)
    assert (report.classified, report.done_before) == (len(ids) - 3, 3)


def test_the_users_word_stays(library: Library, hearing: tuple[QuickEngine, ClassifyOptions], tmp_path: Path) -> None:
    _, options = hearing
    mine = content_of(library, tmp_path / "one" / "3.wav")
    tell(library.toolkit.database, "INSERT INTO categories VALUES (?, 'vocal', 'user', NULL, 1)", mine)
    library.toolkit.classifier.classify(None, options)
    assert kept(library.toolkit)[mine][:2] == ("vocal", "user")


def test_names_help_unless_they_shall_not(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, options = hearing
    quiet = engine.compute
    monkeypatch.setattr(engine, "compute", lambda clips: (quiet(clips)[0] * 0, quiet(clips)[1]))
    put(tmp_path / "one" / "Kicks" / "x.wav", wav(99))
    library.scan()
    kick = content_of(library, tmp_path / "one" / "Kicks" / "x.wav")
    library.toolkit.classifier.classify([kick], options)
    assert kept(library.toolkit)[kick][:2] == ("drums", "name")
    library.toolkit.classifier.classify([kick], replace(options, redo=True, name_hints=False))
    assert kept(library.toolkit)[kick][:2] == ("other", "model")


def test_a_replaced_file_is_heard_anew(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], tmp_path: Path
) -> None:
    _, options = hearing
    library.toolkit.classifier.classify(None, options)
    put(tmp_path / "one" / "7.wav", wav(77, frames=9000))
    library.scan()
    number = content_of(library, tmp_path / "one" / "7.wav")
    assert number not in kept(library.toolkit)
    report = library.toolkit.classifier.classify(None, options)
    assert (report.classified, report.done_before) == (1, 20)


def test_what_changes_while_it_is_heard_is_for_the_next_run(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, options = hearing
    compute = engine.compute

    def meanwhile(clips: list[Any]) -> Any:
        put(tmp_path / "one" / "7.wav", wav(77, frames=9000))
        library.scan()
        return compute(clips)

    monkeypatch.setattr(engine, "compute", meanwhile)
    report = library.toolkit.classifier.classify(None, options)
    assert (report.classified, report.late) == (20, 1)
    monkeypatch.setattr(engine, "compute", compute)
    assert library.toolkit.classifier.classify(None, options).classified == 1


def test_what_holds_no_sound_after_all_is_an_error_and_what_is_away_is_not(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], tmp_path: Path
) -> None:
    _, options = hearing
    bad, gone = tmp_path / "one" / "4.wav", tmp_path / "one" / "5.wav"
    ids = [content_of(library, path) for path in (bad, gone)]
    bad.write_bytes(b"garbage " * 600)  # since the scan
    gone.unlink()
    report = library.toolkit.classifier.classify(None, options)
    assert report.classified == 19
    assert [(number, path) for number, path, _ in report.failed] == [(ids[0], os.fsencode(bad))]
    assert [path for path, _ in report.unreadable] == [os.fsencode(gone)]
    assert kept(library.toolkit)[ids[0]][2]
    assert ids[1] not in kept(library.toolkit)
    report = library.toolkit.classifier.classify(None, options)
    assert (report.failed, report.failed_before, len(report.unreadable)) == ([], 1, 1)
    assert len(library.toolkit.classifier.classify(None, replace(options, redo=True)).failed) == 1


def test_cancelled_it_keeps_what_it_has_and_the_next_run_does_the_rest(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, options = hearing
    monkeypatch.setattr(pipeline, "MOST", 0.3)
    job, compute = Job(), engine.compute

    def stopped(clips: list[Any]) -> Any:
        if len(engine.batches) == 2:
            job.cancel()
        return compute(clips)

    monkeypatch.setattr(engine, "compute", stopped)
    report = library.toolkit.classifier.classify(None, options, job)
    assert 0 < report.classified < 21
    assert report.classified + report.left == 21
    assert library.toolkit.jobs.list()[0].state == "cancelled"
    monkeypatch.setattr(engine, "compute", compute)
    rest = library.toolkit.classifier.classify(None, options)
    assert (rest.classified, rest.done_before) == (report.left, report.classified)


def test_files_may_be_moved_and_removed_meanwhile(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two applies and an undo beside a run, under another lock; what was heard stays with its content."""
    engine, options = hearing
    compute, other = engine.compute, library.open()
    one, two = (content_of(library, tmp_path / "one" / name) for name in ("3.wav", "9.wav"))
    applied: list[int] = []

    def meanwhile(clips: list[Any]) -> Any:
        files = other.files
        plans = (files.plan_move([one], tmp_path / "one" / "Best"), files.plan_delete([two]))
        applied.extend(files.apply(plan, last_copies=True).done for plan in plans)
        applied.append(files.undo(files.reversal()).done)
        return compute(clips)

    monkeypatch.setattr(engine, "compute", meanwhile)
    report = library.toolkit.classifier.classify(None, options)
    assert applied == [1, 1, 1]
    assert (report.classified, report.late, report.failed, report.unreadable) == (21, 0, [], [])
    assert content_of(library, tmp_path / "one" / "Best" / "3.wav") == one
    assert {one, two} <= set(kept(library.toolkit))
    other.close()


def test_nothing_is_begun_after_the_hour(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, options = hearing
    report = library.toolkit.classifier.classify(None, replace(options, until=time.time() - 1))
    assert (report.classified, report.left, report.stopped, engine.batches) == (0, 21, True, [])
    monkeypatch.setattr(pipeline, "MOST", 0.3)
    clock = [0.0]
    monkeypatch.setattr("ctk_tui.classify.pipeline.time.time", lambda: clock[0])
    compute = engine.compute

    def late(clips: list[Any]) -> Any:
        clock[0] = 100.0
        return compute(clips)

    monkeypatch.setattr(engine, "compute", late)
    report = library.toolkit.classifier.classify(None, replace(options, until=50.0))
    assert report.stopped
    assert 0 < report.classified < 21
    assert report.classified + report.left == 21
    assert library.toolkit.jobs.list()[0].state == "done"


def test_decoders_start_while_the_engine_is_made_ready(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions]
) -> None:
    _, options = hearing
    decoding = threading.Event()

    class Slow(ThreadPoolExecutor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            if fn is prepare:
                return super().submit(lambda: decoding.wait(20) and fn(*args))
            if fn is decode_sound:
                decoding.set()
            return super().submit(fn, *args, **kwargs)

    report = library.toolkit.classifier.classify(None, replace(options, executor=lambda: Slow(2)))
    assert (report.classified, report.device) == (21, "cpu")


class Waiting(ThreadPoolExecutor):
    """Ends as Dask's does: it knows `wait` alone, and keeps what is queued."""

    def __init__(self) -> None:
        super().__init__(1)
        self.given: list[Future[Any]] = []
        self.ends = threading.Event()

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.given.append(super().submit(fn, *args, **kwargs))
        return self.given[-1]

    def is_queued(self) -> bool:
        return any(not future.running() and not future.done() for future in self.given)

    def shutdown(self, wait: bool = True) -> None:  # type: ignore[override]
        self.ends.set()
        super().shutdown(wait)


def test_a_cancelled_run_leaves_no_work_in_an_executor_from_outside(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, options = hearing
    monkeypatch.setattr(pipeline, "MOST", 0.3)
    job, compute, waiting = Job(), engine.compute, Waiting()

    def stopped(clips: list[Any]) -> Any:
        assert until(waiting.is_queued)
        job.cancel()
        assert waiting.ends.wait(20)
        return compute(clips)

    monkeypatch.setattr(engine, "compute", stopped)
    report = library.toolkit.classifier.classify(None, replace(options, executor=lambda: waiting), job)
    assert report.left > 0
    assert len(engine.batches) == 1
    assert all(future.done() for future in waiting.given)
    assert any(future.cancelled() for future in waiting.given)


def test_no_finite_numbers_are_an_error(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, options = hearing
    compute = engine.compute

    def damaged(clips: list[Any]) -> Any:
        probabilities, embeddings = compute(clips)
        probabilities[0, 5] = float("nan")
        embeddings[1, 7] = float("inf")
        return probabilities, embeddings

    monkeypatch.setattr(engine, "compute", damaged)
    report = library.toolkit.classifier.classify(None, options)
    assert (report.classified, len(report.failed)) == (19, 2)
    assert {reason for _, _, reason in report.failed} == {"the network finds no finite numbers for it"}


def test_two_do_not_classify_at_once_and_a_scan_may_run(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine, options = hearing
    compute, other = engine.compute, library.open()
    seen = threading.Event()

    def meanwhile(clips: list[Any]) -> Any:
        with pytest.raises(Busy, match="classify"):
            other.classifier.classify(None, options)
        put(tmp_path / "one" / "new.wav", wav(500))
        assert library.scan().counts["new"] == 1
        seen.set()
        return compute(clips)

    monkeypatch.setattr(engine, "compute", meanwhile)
    assert library.toolkit.classifier.classify(None, options).classified == 21
    assert seen.is_set()
    other.close()
