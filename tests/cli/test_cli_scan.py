"""`ctk scan`: what it tells, and its exit codes."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog.connection import Database
from ctk_tui.disk.locks import Lock
from ctk_tui.jobs.runner import lock_path
from tests.support.library import put, wav

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Ctk


@pytest.fixture
def root(tmp_path: Path, ctk: Ctk) -> Path:
    """Make two sources: `one` with a sound, its copy and another; `two`, which is removable, with a sound."""
    put(tmp_path / "one" / "kick.wav", wav(1))
    put(tmp_path / "one" / "copy of kick.wav", wav(1))
    put(tmp_path / "one" / "snare.wav", wav(2))
    put(tmp_path / "two" / "stick.wav", wav(3))
    assert ctk("sources", "add", "one", tmp_path / "one").code == 0
    assert ctk("sources", "add", "two", tmp_path / "two", "--removable").code == 0
    return tmp_path


def scanned(ctk: Ctk, *words: str) -> int:
    return ctk("scan", "-q", *words).code


def test_the_summary_tells_what_is_new_and_what_is_not(root: Path, ctk: Ctk) -> None:
    said = ctk("scan")
    assert (said.code, said.err) == (0, "")
    assert said.lines[0].startswith("4 audio files found in ")
    assert said.lines[1:] == ["          3  new", "          1  another copy of a known sound"]
    put(root / "one" / "snare.wav", wav(4))
    (root / "one" / "kick.wav").rename(root / "one" / "moved.wav")
    (root / "two" / "stick.wav").unlink()
    put(root / "two" / "short.wav", b"RIFF")
    (root / "two" / "loop.rx2").write_bytes(b"x" * 500)
    assert ctk("scan").lines[1:] == [
        "          1  changed since the last scan",
        "          1  moved",
        "          1  unchanged",
        "          1  not there any more",
        "          1  skipped (too small, or a link)",
        "  not scanned, but audio-like: .rx2 1",
    ]


def test_quiet_is_quiet(root: Path, ctk: Ctk) -> None:
    put(root / "one" / "noise.wav", b"noise" * 100)
    said = ctk("scan", "-q")
    assert (said.code, said.out, said.err) == (3, b"", "")


def test_only_new_errors_make_it_3(root: Path, ctk: Ctk) -> None:
    put(root / "one" / "noise.wav", b"noise" * 100)
    put(root / "one" / "empty.wav", b"")
    said = ctk("scan")
    assert said.code == 3
    assert said.lines[-3:] == [
        "          2  with an error (2 new)",
        f"    {root}/one/empty.wav: empty file (0 bytes)",
        f"    {root}/one/noise.wav: no sound format that ctk knows, or damaged",
    ]
    assert scanned(ctk) == 0
    assert "(0 new)" in ctk("scan").text
    put(root / "one" / "more.wav", b"more" * 100)
    assert scanned(ctk) == 3
    assert scanned(ctk) == 0


def test_many_errors_are_cut_unless_asked_for(root: Path, ctk: Ctk) -> None:
    for number in range(25):
        put(root / "one" / f"noise{number:02}.wav", b"noise" * (100 + number))
    said = ctk("scan")
    assert said.text.count("no sound format") == 20
    assert said.lines[-1] == "    … and 5 more: `ctk -v scan` lists all"
    assert ctk("-v", "scan").text.count("no sound format") == 25
    assert len(ctk("scan", "--json").json["errors"]) == 25


def test_verbose_tells_what_was_skipped(root: Path, ctk: Ctk) -> None:
    put(root / "one" / "short.wav", b"RIFF")
    assert "short.wav" not in ctk("scan").text
    assert ctk("-v", "scan").lines[-1].startswith(f"    skipped {root}/one/short.wav: ")


@pytest.mark.parametrize(
    ("away", "words", "code"),
    [
        ("one", [], 6),  # of those that are expected to be there, every one is away
        ("one", ["one"], 6),
        ("one", ["one", "two"], 6),
        ("one", ["two"], 0),
        ("two", [], 0),
        ("two", ["two"], 0),  # removable: being unplugged is normal
        ("two", ["one", "two"], 0),
        ("one two", [], 6),
        ("one two", ["two"], 0),
    ],
)
def test_6_when_a_named_source_or_every_one_is_away(
    away: str, words: list[str], code: int, root: Path, ctk: Ctk
) -> None:
    assert scanned(ctk) == 0
    for name in away.split():
        shutil.rmtree(root / name)
    said = ctk("scan", *words)
    assert said.code == code
    for name in away.split():
        told = f"ctk: source {name} is offline: {root / name} does not exist\n"
        assert (told in said.err) == (not words or name in words)


def test_one_of_two_away_is_no_failure(root: Path, ctk: Ctk) -> None:
    put(root / "three" / "hat.wav", wav(5))
    assert ctk("sources", "add", "three", root / "three").code == 0
    assert scanned(ctk) == 0
    shutil.rmtree(root / "three")
    assert scanned(ctk) == 0
    assert scanned(ctk, "three") == 6


def test_disabled_sources_do_not_count(root: Path, ctk: Ctk) -> None:
    assert scanned(ctk) == 0
    ctk("sources", "disable", "one")
    shutil.rmtree(root / "one")
    assert scanned(ctk) == 0
    assert scanned(ctk, "one") == 6
    ctk("sources", "disable", "two")
    said = ctk("scan")
    assert said.code == 0
    assert said.text == "every source is disabled: `ctk sources enable NAME`, or name one: `ctk scan NAME`\n"


def test_a_folder_of_a_source_that_is_away_is_6(root: Path, ctk: Ctk) -> None:
    assert scanned(ctk) == 0
    shutil.rmtree(root / "one")
    assert scanned(ctk, str(root / "one" / "drums")) == 6


def test_offline_wins_over_new_errors(root: Path, ctk: Ctk) -> None:
    assert scanned(ctk) == 0
    shutil.rmtree(root / "one")
    put(root / "two" / "noise.wav", b"noise" * 100)
    said = ctk("scan")
    assert said.code == 6
    assert "(1 new)" in said.text


def test_half_of_a_source_gone_is_3_and_a_line(root: Path, ctk: Ctk) -> None:
    for number in range(210):
        put(root / "one" / "many" / f"{number}.wav", wav(100 + number))
    assert scanned(ctk) == 0
    shutil.rmtree(root / "one" / "many")
    said = ctk("scan")
    assert said.code == 3
    assert len(said.err.splitlines()) == 1
    assert "one" in said.err


def test_a_second_scan_is_5_at_once_and_names_the_first(root: Path, ctk: Ctk) -> None:
    database = Database(root / "catalog.db")
    with Lock(lock_path(database, "scan")).acquire({"kind": "scan", "pid": 4711, "started": 0.0}):
        said = ctk("--db", root / "catalog.db", "scan")
        assert (said.code, said.out) == (5, b"")
        first, second = said.err.splitlines()
        assert "scan, process 4711" in first
        assert "ctk jobs" in second
        assert ctk("--db", root / "catalog.db", "search").code == 0
    assert ctk("--db", root / "catalog.db", "scan", "-q").code == 0
    database.close()


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("nope", "the sources are: one, two"),
        ("/", "`ctk sources add NAME PATH` makes it one"),
        ("./nope", "`ctk sources add NAME PATH` makes it one"),
    ],
)
def test_what_is_no_source_is_2(word: str, told: str, root: Path, ctk: Ctk) -> None:
    said = ctk("scan", word)
    assert (said.code, said.out) == (2, b"")
    assert said.err.splitlines()[1] == f"     {told}"


def test_without_a_source_it_tells_how_to_add_one(ctk: Ctk) -> None:
    said = ctk("scan")
    assert said.code == 2
    assert "ctk sources add NAME PATH" in said.err


def test_one_folder_of_a_source(root: Path, ctk: Ctk) -> None:
    put(root / "one" / "drums" / "tom.wav", wav(7))
    assert ctk("scan", root / "one" / "drums", "--json").json["found"] == 1
    assert ctk("search", "--count").text == "1\n"


def test_the_same_folder_twice_is_told(root: Path, ctk: Ctk) -> None:
    (root / "alias").symlink_to(root / "one")
    config = root / "config.toml"
    config.write_text(f'[sources.one]\npath = "{root}/one"\n[sources.alias]\npath = "{root}/alias"\n')
    said = ctk("--config", config, "scan")
    assert said.code == 0
    assert said.err == "ctk: source alias: the same folder as the source one, which has its files\n"
    assert said.lines[0].startswith("3 audio files found")


def test_json_is_alone_on_stdout(root: Path, ctk: Ctk) -> None:
    put(root / "one" / "noise.wav", b"noise" * 100)
    for words in ([], ["-q"]):
        said = ctk("scan", "--json", *words)
        assert said.json["found"] == 5
        assert [one["status"] for one in said.json["sources"]] == ["ok", "ok"]
        assert said.json["found"] == sum(
            said.json[name] for name in ("new", "updated", "moved", "duplicates", "unchanged", "skipped")
        ) + len(said.json["errors"])
