"""`ctk doctor`: what it looks at, what it prunes, and a catalog that cannot be opened."""

from __future__ import annotations

import re
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.support.calling import Terminal
from tests.support.library import put, wav

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Ctk, Hostile, Said


@pytest.fixture
def root(tmp_path: Path, ctk: Ctk) -> Path:
    """Make two sources of two sounds each, of which one has gone since."""
    for name in ("one", "two"):
        put(tmp_path / name / f"{name} stays.wav", wav(ord(name[0]) + 1))
        put(tmp_path / name / f"{name} goes.wav", wav(ord(name[0])))
        assert ctk("sources", "add", name, tmp_path / name).code == 0
    assert ctk("scan", "-q").code == 0
    for name in ("one", "two"):
        (tmp_path / name / f"{name} goes.wav").unlink()
    assert ctk("scan", "-q").code == 0
    return tmp_path


def checks(said: Said) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in said.json["checks"]}


def test_all_is_well(ctk: Ctk, tmp_path: Path) -> None:
    put(tmp_path / "lib" / "kick.wav", wav(1))
    ctk("sources", "add", "lib", tmp_path / "lib")
    ctk("scan", "-q")
    said = ctk("doctor")
    assert (said.code, said.err) == (0, "")
    assert said.lines[-1] == "all is well"
    assert {line[:4] for line in said.lines[:-1]} == {"ok  "}
    assert ctk("doctor", "--json").json["ok"] is True


def test_warnings_are_no_failure(root: Path, ctk: Ctk) -> None:
    shutil.rmtree(root / "two")
    said = ctk("doctor")
    assert said.code == 0
    assert re.search(rf"^warn  source two +offline: {root}/two does not exist$", said.text, re.MULTILINE)
    assert said.lines[-1] == "2 warnings"


def test_the_columns_are_in_line(root: Path, ctk: Ctk) -> None:
    lines = ctk("doctor").lines[:-1]
    starts = {len(line) - len(line[6:].partition("  ")[2].lstrip()) for line in lines if line[:4].strip()}
    assert len(starts) == 1
    assert {len(line) - len(line.lstrip()) for line in lines if not line[:4].strip()} <= starts


@pytest.mark.parametrize("content", [b"x" * 9000, "newer"], ids=["no database", "newer"])
def test_a_catalog_that_cannot_be_opened_is_looked_at_all_the_same(
    content: bytes | str, ctk: Ctk, hostile: Hostile
) -> None:
    if isinstance(content, bytes):
        hostile.database.write_bytes(content)
    else:
        with sqlite3.connect(hostile.database) as connection:
            connection.execute("PRAGMA user_version = 4711")
        connection.close()
    assert ctk(*hostile.options, "stats").code == 1
    said = ctk(*hostile.options, "doctor", "--json")
    assert (said.code, said.json["ok"]) == (1, False)
    found = checks(said)
    assert found["database"]["status"] == "error"
    assert str(hostile.database) in found["database"]["detail"]
    assert {"backups", "decoders", "terminal"} <= set(found)
    assert ctk(*hostile.options, "doctor").lines[-1] == "1 error"
    refused = ctk(*hostile.options, "doctor", "--prune", "-y")
    assert (refused.code, refused.out) == (1, b"")


def test_damage_inside_is_found(ctk: Ctk, hostile: Hostile) -> None:
    data = bytearray(hostile.database.read_bytes())
    half = len(data) // 4096 // 2 * 4096
    data[half : half + 4096] = b"\xff" * 4096
    hostile.database.write_bytes(data)
    said = ctk(*hostile.options, "doctor")
    assert said.code == 1
    assert said.lines[0].startswith("ERR   database")
    assert "\\n" not in said.text


def test_prune_needs_a_yes(root: Path, ctk: Ctk) -> None:
    said = ctk("doctor", "--prune")
    assert (said.code, said.out) == (4, b"")
    assert said.err.splitlines()[0] == (
        "ctk: this needs a yes: forget 2 paths that are gone (one 1, two 1; no file is touched)"
    )
    assert checks(ctk("doctor", "--json"))["missing"]["status"] == "warn"


def test_prune_forgets_what_is_gone(root: Path, ctk: Ctk) -> None:
    said = ctk("doctor", "--prune", "-y")
    assert (said.code, said.err) == (0, "")
    assert said.lines[-1] == "2 paths forgotten"
    assert checks(ctk("doctor", "--json"))["missing"]["status"] == "ok"
    assert ctk("search", "--count").text == "2\n"
    assert ctk("doctor", "--prune").lines[-1] == "0 paths forgotten"  # nothing to forget, nothing to ask


def test_prune_of_one_source(root: Path, ctk: Ctk) -> None:
    assert ctk("doctor", "--prune", "--source", "one", "-y", "--json").json["pruned"] == 1
    assert ctk("doctor", "--prune", "-y", "--json").json["pruned"] == 1
    said = ctk("doctor", "--prune", "--source", "three", "-y")
    assert (said.code, said.err) == (2, "ctk: there is no source called 'three'\n     `ctk sources` lists them\n")


def test_prune_refuses_what_is_offline(root: Path, ctk: Ctk) -> None:
    shutil.rmtree(root / "two")
    assert ctk("doctor", "--prune", "-y", "--json").json["pruned"] == 1
    assert ctk("doctor", "--prune", "--source", "two", "-y", "--json").json["pruned"] == 0


def test_prune_asks_on_a_terminal(root: Path, ctk: Ctk) -> None:
    with Terminal("doctor", "--prune", "--source", "one") as terminal:
        terminal.until("Forget 1 path that is gone (one 1; no file is touched)? [y/N] ")
        terminal.write("y\n")
        assert terminal.end() == 0
        assert terminal.text.endswith("1 path forgotten\n")


@pytest.mark.parametrize("words", [["--source", "one"], ["--orphans"]], ids=" ".join)
def test_what_goes_with_prune_does_not_go_alone(words: list[str], ctk: Ctk) -> None:
    said = ctk("doctor", *words)
    assert (said.code, said.err) == (2, "ctk: --source and --orphans go with --prune\n")


def test_repair_mends_what_follows_from_the_paths(root: Path, ctk: Ctk) -> None:
    database = ctk("doctor", "--json").json["checks"][0]["detail"].partition(", schema")[0]
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE audio SET copies = 7")
    connection.close()
    said = ctk("doctor")
    assert said.code == 1
    assert "ERR   catalog" in said.text
    assert "`ctk doctor --repair` derives them anew" in said.text
    assert ctk("doctor", "--repair").code == 0
    assert ctk("doctor").code == 0
