"""`ctk category`: for some or all, never for all by mistake, and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.catalog.opening import open_database
from tests.support.classified import classify, result

if TYPE_CHECKING:
    from tests.support.commands import Ctk, Hostile


def said_of(ctk: Ctk, hostile: Hostile, what: str) -> tuple[Any, Any, Any]:
    found = ctk(*hostile.options, "show", what, "--json").json
    return found["category"], found["category_source"], found["confidence"]


def test_a_category_is_set_and_taken_back(ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "category", "plain", "--set", "fx", "--json")
    assert said.json == {"v": 1, "category": "fx", "files": 1, "change": 1, "undone": False}
    assert said_of(ctk, hostile, "id:1") == ("fx", "user", None)
    assert "  category     fx (user)\n" in ctk(*hostile.options, "show", "id:1").text
    assert ctk(*hostile.options, "search", "category:fx", "--fields", "id").out == b"1\n"
    assert ctk(*hostile.options, "stats", "--json").json["categories"] == {"fx": 1}
    again = ctk(*hostile.options, "category", "plain", "--set", "fx", "--json")
    assert (again.code, again.json["files"], again.json["change"]) == (0, 0, None)
    back = ctk(*hostile.options, "category", "--undo", "1", "--json")
    assert back.json == {"v": 1, "category": "fx", "files": 1, "change": 1, "undone": True}
    assert said_of(ctk, hostile, "id:1") == (None, None, None)


def test_what_the_model_says_is_shown_until_the_user_speaks(ctk: Ctk, hostile: Hostile) -> None:
    database, held = open_database(hostile.database)
    labels = {"Bass drum": 0.9, "Speech": 0.25}
    classify(database, [result(database, 1, labels, "drums", 0.84), result(database, 2, {}, "vocal", 0.3)])
    database.close()
    held.release()
    said = ctk(*hostile.options, "show", "id:1").lines
    assert "  category     drums (model, 0.84)" in said
    assert "  labels       Bass drum 0.90, Speech 0.25" in said
    fields = ("--fields", "id,category,category_source,confidence,labels")
    found = ctk(*hostile.options, "search", "confidence:0..", "confidence+", *fields)
    assert found.text == "2\tvocal\tmodel\t0.3\t\n1\tdrums\tmodel\t0.84\tBass drum 0.900; Speech 0.250\n"
    assert ctk(*hostile.options, "search", "--category", "drums", "--count").text == "1\n"
    assert ctk(*hostile.options, "search", "is:unclassified", "--count").text == "14\n"
    assert ctk(*hostile.options, "search", "bass", "drum", "--fields", "id").text == "1\n"
    assert "drums" in ctk(*hostile.options, "stats").text
    ctk(*hostile.options, "category", "id:1", "--set", "bass")
    assert said_of(ctk, hostile, "id:1") == ("bass", "user", None)
    ctk(*hostile.options, "category", "id:1", "--set", "auto")
    assert said_of(ctk, hostile, "id:1") == ("drums", "model", 0.84)


def test_words_for_eyes(ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "category", "id:1,2", "--set", "vocal")
    assert said.text == "2 sounds of 2 changed to vocal\n`ctk category --undo 1` takes that back\n"
    assert ctk(*hostile.options, "category", "id:1", "--set", "vocal").text == "nothing to change\n"
    assert ctk(*hostile.options, "category", "id:1", "--set", "auto").lines[0] == (
        "1 sound of 1 changed to what the model says"
    )
    assert ctk(*hostile.options, "category", "--undo", "last").text == "1 sound no longer changed to auto\n"
    assert said_of(ctk, hostile, "id:1") == ("vocal", "user", None)
    assert ctk(*hostile.options, "category", "--undo", "last").text == "2 sounds no longer changed to vocal\n"
    nothing = ctk(*hostile.options, "category", "--undo", "last")
    assert (nothing.code, nothing.err) == (2, "ctk: there is no change to undo\n")


def test_all_only_when_all_is_said(ctk: Ctk, hostile: Hostile) -> None:
    refused = ctk(*hostile.options, "category", "--set", "fx")
    assert (refused.code, refused.out) == (2, b"")
    assert refused.err == "ctk: which sounds?\n     a query, paths or ids; '*' means all\n"
    for empty in ("", "  ", "name+", "duration- size+"):
        assert ctk(*hostile.options, "category", empty, "--set", "fx").code == 2, empty
    whole = ctk(*hostile.options, "category", "*", "--set", "fx", "--json").json
    assert whole["files"] == int(ctk(*hostile.options, "search", "--count").out)


def test_paths_and_lists_of_paths(ctk: Ctk, hostile: Hostile) -> None:
    path = hostile.root / "lib" / "plain.wav"
    assert ctk(*hostile.options, "category", path, "--set", "bass", "--json").json["files"] == 1
    listed = hostile.database.with_name("list")
    listed.write_bytes(bytes(path) + b"\n/nowhere.wav\n")
    said = ctk(*hostile.options, "category", "--from", listed, "--set", "fx", "--json")
    assert (said.code, said.json["files"]) == (3, 1)  # one path of the list is not in the catalog


@pytest.mark.parametrize(
    "arguments",
    [
        ["plain"],
        ["plain", "--set", "fx", "--undo", "1"],
        ["plain", "--undo", "1"],
        ["--undo", "7"],
        ["--undo", "x"],
        ["--undo", "last"],
        ["plain", "--set", "noise"],
    ],
)
def test_what_makes_no_sense_is_refused(ctk: Ctk, hostile: Hostile, arguments: list[str]) -> None:
    said = ctk(*hostile.options, "category", *arguments)
    assert (said.code, said.out) == (2, b"")
    assert said.err.startswith("ctk: ")
