"""`ctk show`: one audio file by its id or by any of its paths."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.commands import Ctk, Hostile


def test_every_way_to_name_it(ctk: Ctk, hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    by_id = ctk(*hostile.options, "show", "id:1").out
    lib = hostile.root / "lib"
    monkeypatch.chdir(lib)
    monkeypatch.setenv("HOME", str(hostile.root))
    (hostile.database.parent / "link").symlink_to(lib)
    for name in (
        str(lib / "plain.wav"), "plain.wav", "./plain.wav", "~/lib/plain.wav", "again/../plain.wav",
        str(lib / "again" / "copy\nof plain.wav"), str(hostile.database.parent / "link" / "plain.wav"),
    ):  # fmt: skip
        assert ctk(*hostile.options, "show", name).out == by_id, name
    assert ctk(*hostile.options, "show", "./-dash.wav", "--json").json["id"] == 9
    assert ctk(*hostile.options, "show", "--json", "--", "--json.wav").json["id"] == 10


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("id:999", "no audio file has the id 999"),
        ("id:x", "'id:x': an id is a number, as in id:42"),
        ("id:-1", "'id:-1': an id is a number, as in id:42"),
        ("/nowhere/kick.wav", "/nowhere/kick.wav: not in the catalog"),
        ("/nowhere/\x1b[31m\n.wav", "/nowhere/\\x1b[31m\\n.wav: not in the catalog"),
    ],
)
def test_what_is_not_there(name: str, told: str, ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "show", name)
    assert (said.code, said.out) == (2, b"")
    assert said.err.splitlines()[0] == f"ctk: {told}"
    assert len(said.err.splitlines()) <= 2


def test_a_broken_file_tells_why(ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "show", "id:15")
    assert "  sound        not decodable\n" in said.text
    assert "  error        no sound format that ctk knows, or damaged\n" in said.text


def test_an_offline_one_tells_it(ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "show", os.fspath(hostile.root / "usb" / "away.wav"))
    assert said.lines[-1] == f"    {hostile.root}/usb/away.wav  (usb, offline)"
    assert "  size         8.9 KB (8,864 bytes)\n" in said.text


def test_a_missing_one_is_found_by_its_path(ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "show", os.fspath(hostile.root / "lib" / "gone.wav"), "--json")
    assert said.json["missing"] is True
    assert [path["state"] for path in said.json["paths"]] == ["missing"]
