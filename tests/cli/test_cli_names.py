"""Names are data: shown safely where eyes read, exact where programs read."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
from typing import TYPE_CHECKING

import pytest

from ctk_tui.model.text import display
from tests.support.commands import BROKEN, NAMES

if TYPE_CHECKING:
    from tests.support.commands import Ctk, Hostile

OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What a terminal obeys, the end of a line aside."""
FOR_EYES = (
    ["search"], ["search", "--csv"], ["search", "--fields", "id,filename"], ["search", "--paths"], ["show", "id:5"],
    ["show", "id:15"], ["stats"], ["sources"], ["dupes"], ["dupes", "--near"], ["jobs"], ["doctor"], ["scan", "lib"],
    ["config", "show"],
)  # fmt: skip


def wanted(hostile: Hostile) -> set[bytes]:
    """Return the absolute paths that lists show."""
    inside = [os.path.join(os.fsencode(hostile.root / "lib"), name) for name in (*NAMES, BROKEN)]
    return {*inside, os.fsencode(hostile.root / "usb" / "away.wav")}


@pytest.mark.usefixtures("on_terminal")
@pytest.mark.parametrize("words", FOR_EYES, ids=" ".join)
def test_a_terminal_gets_nothing_to_obey(words: list[str], ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, *words)
    assert said.out
    allowed = said.text.replace("\t", " ") if "--fields" in words else said.text
    assert OBEYED.findall(allowed + said.err) == []


@pytest.mark.parametrize("words", [["--json"], ["--jsonl"]], ids=" ".join)
def test_json_escapes_what_a_terminal_would_obey(words: list[str], ctk: Ctk, hostile: Hostile) -> None:
    assert OBEYED.findall(ctk(*hostile.options, "search", *words).text) == []


def test_print0_writes_every_path_as_it_is(ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "search", "-0")
    assert (said.code, said.err) == (0, "")
    assert set(said.out.split(b"\0")) == wanted(hostile) | {b""}


@pytest.mark.parametrize("flags", [[], ["--paths"], ["--fields", "path"]], ids=" ".join)
def test_lines_leave_out_names_that_break_them(flags: list[str], ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "search", *flags)
    left_out = {path for path in wanted(hostile) if b"\n" in path or b"\r" in path}
    assert set(said.out.split(b"\n")) == wanted(hostile) - left_out | {b""}
    assert said.code == 3
    head, *told = said.err.splitlines()
    assert head == f"ctk: {len(left_out)} names with a line break left out; -0 writes every path:"
    assert sorted(told) == sorted(
        "     " + display(path).replace("\n", "\\n").replace("\r", "\\r") for path in left_out
    )


def test_a_tab_is_left_out_where_tabs_divide_fields(ctk: Ctk, hostile: Hostile) -> None:
    assert b"tab\there" in ctk(*hostile.options, "search", "--fields", "filename").out
    said = ctk(*hostile.options, "search", "--fields", "filename,id")
    assert b"tab\there" not in said.out
    assert "tab\\there" in said.err
    assert {line.count(b"\t") for line in said.out.splitlines()} == {1}


def test_csv_reads_back(ctk: Ctk, hostile: Hostile) -> None:
    rows = list(csv.DictReader(io.StringIO(ctk(*hostile.options, "search", "--csv").text, newline="")))
    raw = {base64.b64decode(row["path_b64"]) if row["path_b64"] else row["path"].encode() for row in rows}
    assert raw == wanted(hostile)
    assert {row["offline"] for row in rows} == {"true", "false"}


def test_json_keeps_the_bytes(ctk: Ctk, hostile: Hostile) -> None:
    files = ctk(*hostile.options, "search", "--json").json["files"]
    raw = {base64.b64decode(one["path_b64"]) if "path_b64" in one else one["path"].encode() for one in files}
    assert raw == wanted(hostile)
    assert [one["path"].count("\ufffd") for one in files if "path_b64" in one] == [2]


@pytest.mark.parametrize("number", range(1, len(NAMES) + 1))
def test_every_name_is_found_by_its_path(number: int, ctk: Ctk, hostile: Hostile) -> None:
    path = os.fsdecode(os.path.join(os.fsencode(hostile.root / "lib"), NAMES[number - 1]))
    assert ctk(*hostile.options, "show", path, "--json").json["id"] == number


def test_a_word_that_is_not_utf8_finds_the_name(ctk: Ctk, hostile: Hostile) -> None:
    assert ctk(*hostile.options, "search", os.fsdecode(b"utf-8 \xff"), "--fields", "id").out == b"2\n"


def test_words_behind_two_dashes_are_no_options(ctk: Ctk, hostile: Hostile) -> None:
    found = ctk(*hostile.options, "search", "--json", "--", "--json").json
    assert found["total"] in {1, 15}  # the name, or what has not the word -json: queries say which


def test_scan_tells_the_bad_names(ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "scan", "lib", "--json")
    (error,) = said.json["errors"]
    assert error["path"].endswith(BROKEN.decode())
    assert json.dumps(error["new"]) == "false"
    assert said.code == 0
