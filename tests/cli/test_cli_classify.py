"""`ctk classify`: what it takes, what it tells, its exit codes."""

from __future__ import annotations

import contextlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.classify import computing
from ctk_tui.cli.classify import moment
from ctk_tui.cli.shapes import SHAPES
from ctk_tui.model.errors import UsageError
from ctk_tui.toolkit import classifier
from tests.support.asking import content_of
from tests.support.hearing import QuickEngine, kept, quick
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.commands import Ctk


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> QuickEngine:
    """Let threads of this process be the workers, with the quick engine."""
    made, _ = quick(monkeypatch, tmp_path)

    @contextlib.contextmanager
    def workers(*_: object) -> Iterator[tuple[Any, Any]]:
        with ThreadPoolExecutor(2) as pool:
            yield pool, pool

    monkeypatch.setattr(classifier, "_workers", workers)
    return made


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(
        tmp_path / "ctk", {"one": tmp_path / "one"}, extra=f'[classify]\ncheckpoint = "{tmp_path}/weights.pth"\n'
    )
    for at in range(6):
        put(tmp_path / "one" / f"{'kick' if at % 2 else 'pad'} {at}.wav", wav(at + 1))
    put(tmp_path / "one" / b"broken \xff\x1b.mp3".decode("utf-8", "surrogateescape"), b"garbage " * 100)
    made.scan()
    yield made
    made.close()


def options(library: Library) -> list[str]:
    return ["--config", str(library.config), "--db", str(library.database)]


def test_the_summary_tells_all(ctk: Ctk, library: Library, engine: QuickEngine) -> None:
    said = ctk(*options(library), "classify")
    assert (said.code, said.err) == (0, "")
    assert said.lines[0].startswith("6 sounds classified in 0:0")
    assert "on cpu" in said.lines[0]
    assert said.lines[-1] == "          1  cannot be decoded: `ctk search is:broken`"
    said = ctk(*options(library), "classify")
    assert said.lines[0] == "nothing to classify"
    assert "          6  classified before" in said.lines
    assert ctk(*options(library), "classify", "-q").out == b""


def test_json_has_the_keys_that_are_promised(ctk: Ctk, library: Library, engine: QuickEngine) -> None:
    found = ctk(*options(library), "classify", "--json", "--limit", "4").json
    assert set(found) == set(SHAPES["classify --json"])
    assert (found["v"], found["classified"], sum(found["categories"].values()), found["device"]) == (1, 4, 4, "cpu")
    assert set(ctk("models", "--json").json["models"][0]) | {"path_b64"} == set(SHAPES["a model in models --json"])


def test_a_query_limits_it(ctk: Ctk, library: Library, engine: QuickEngine) -> None:
    assert ctk(*options(library), "classify", "kick").lines[0].startswith("3 sounds")
    assert ctk(*options(library), "search", "is:unclassified", "--count").lines == ["4"]
    assert ctk(*options(library), "classify", "--redo", "--json", "--", "-kick").json["classified"] == 3
    assert ctk(*options(library), "classify", "colour:red").code == 2


def test_new_failures_set_the_exit_code_once(ctk: Ctk, library: Library, engine: QuickEngine, tmp_path: Path) -> None:
    bad = tmp_path / "one" / "pad 2.wav"
    bad.write_bytes(b"\x1b[31m" * 400)
    said = ctk(*options(library), "classify")
    assert said.code == 3
    assert "          1  could not be classified" in said.lines
    assert any(line.startswith(f"    {bad}: ") for line in said.lines)
    said = ctk(*options(library), "classify", "--json")
    assert (said.code, said.json["failed_before"], said.json["errors"]) == (0, 1, [])
    [error] = ctk(*options(library), "classify", "--json", "--redo").json["errors"]
    assert (error["path"], error["id"]) == (str(bad), content_of(library, bad))


def test_what_cannot_be_read_now_is_told_each_time(
    ctk: Ctk, library: Library, engine: QuickEngine, tmp_path: Path
) -> None:
    (tmp_path / "one" / "pad 2.wav").unlink()
    for _ in range(2):
        said = ctk(*options(library), "classify", "--json")
        assert said.code == 3
        assert [os.path.basename(one["path"]) for one in said.json["unreadable"]] == ["pad 2.wav"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--device", "tpu"], '"auto", "cpu", "cuda" or "cuda:N" is wanted'),
        (["--until", "25:00"], "no time of day"),
        (["--until", "7"], "such as --until 07:30"),
        (["--limit", "0"], "--limit"),
        (["--threads", "-1"], "--threads"),
        (["--detach", "--from", "-"], "cannot read from stdin"),
        (["-x"], "^x leaves out"),
    ],
)
def test_words_that_are_off(ctk: Ctk, library: Library, engine: QuickEngine, words: list[str], told: str) -> None:
    said = ctk(*options(library), "classify", *words)
    assert said.code == 2
    assert told in said.err
    assert engine.batches == []


def test_the_options_reach_the_engine(
    ctk: Ctk, library: Library, engine: QuickEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[dict[str, Any]] = []

    def noted(terms: dict[str, Any]) -> QuickEngine:
        asked.append(terms)
        return engine

    monkeypatch.setattr(computing, "_engine", noted)
    own = tmp_path / "own.pth"
    own.write_bytes(b"other weights")
    words = ["--threads", "3", "--device", "cpu", "--checkpoint", str(own), "--limit", "2", "--until", "03:00"]
    assert ctk(*options(library), "classify", *words).code == 0
    assert asked[0] == {"checkpoint": str(own), "device": "cpu", "threads": 3}
    assert len(kept(library.toolkit)) == 2
    asked.clear()
    ctk(*options(library), "classify")
    assert asked[0] == {"checkpoint": str(tmp_path / "weights.pth"), "device": "auto", "threads": 0}
    assert len(kept(library.toolkit)) == 6  # the two were heard by other weights


def test_until_is_the_next_such_time() -> None:
    noon = time.mktime((2026, 3, 28, 12, 0, 0, 0, 0, -1))
    assert moment("12:01", noon) == noon + 60
    assert moment("7:30", noon) == time.mktime((2026, 3, 29, 7, 30, 0, 0, 0, -1))
    assert moment("12:00", noon) == time.mktime((2026, 3, 29, 12, 0, 0, 0, 0, -1))
    with pytest.raises(UsageError):
        moment("07:30:00", noon)


def test_stopped_by_the_clock_is_no_failure(
    ctk: Ctk, library: Library, engine: QuickEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctk_tui.cli.classify.moment", lambda clock, now: now - 1)
    said = ctk(*options(library), "classify", "--until", "07:30")
    assert said.code == 0
    assert "          6  left for the next run" in said.lines


def test_in_the_background_with_the_same_options(
    ctk: Ctk, library: Library, monkeypatch: pytest.MonkeyPatch, engine: QuickEngine
) -> None:
    asked: list[list[str]] = []

    class Info:
        id = 7

    def detach(_: object, words: list[str]) -> Info:
        asked.append(list(words))
        return Info()

    monkeypatch.setattr("ctk_tui.toolkit.jobs.JobsFacade.detach", detach)
    said = ctk(*options(library), "classify", "--detach", "--limit", "3", "--redo", "--no-name-hints", "--", "-kick")
    assert said.lines == ["job 7 classifies in the background: `ctk jobs watch`, `ctk jobs cancel 7`"]
    assert asked == [["classify", "--limit", "3", "--redo", "--no-name-hints", "--", "-kick"]]
    ctk(*options(library), "classify", "--detach", "kick", "--json")
    assert asked[1] == ["classify", "--json", "kick"]
    assert kept(library.toolkit) == {}
