"""`ctk search`: which form is written, which are refused; counting and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctk_tui.cli.jsonform import FIELDS

if TYPE_CHECKING:
    from tests.support.commands import Ctk, Hostile


def test_a_pipe_gets_paths(ctk: Ctk, hostile: Hostile) -> None:
    assert ctk(*hostile.options, "search", "plain").out == f"{hostile.root}/lib/plain.wav\n".encode()


@pytest.mark.parametrize("second", ["--jsonl", "--csv", "--paths", "-0", "--fields=id"])
def test_two_forms_are_refused(second: str, ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "search", "--json", second)
    assert (said.code, said.out) == (2, b"")
    assert said.err.startswith("ctk: only one form of output at a time: --json or --")


@pytest.mark.parametrize("fields", ["", "id,", "id,,path", "size", "Path"])
def test_a_field_that_there_is_not(fields: str, ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "search", "--fields", fields)
    assert (said.code, said.out) == (2, b"")
    assert said.err.splitlines()[1] == "     fields: " + ", ".join(FIELDS)


def test_the_nearest_field_is_named(ctk: Ctk, hostile: Hostile) -> None:
    assert "did you mean 'duration_secs'?" in ctk(*hostile.options, "search", "--fields", "duration_sec").err


def test_fields_come_in_the_order_that_was_asked_for(ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "search", "plain", "--fields", " format, id ,verified,error,copies")
    assert said.out == b"wav\t1\ttrue\t\t2\n"


def test_count(ctk: Ctk, hostile: Hostile) -> None:
    assert ctk(*hostile.options, "search", "--count").out == b"16\n"
    assert ctk(*hostile.options, "search", "xyzzy", "--count").out == b"0\n"


def test_a_limit_takes_the_first(ctk: Ctk, hostile: Hostile) -> None:
    whole = ctk(*hostile.options, "search", "-0").out.split(b"\0")
    said = ctk(*hostile.options, "search", "--limit", "3", "-0")
    assert said.out.split(b"\0")[:-1] == whole[:3]
    document = ctk(*hostile.options, "search", "--limit", "3", "--json").json
    assert (document["total"], len(document["files"])) == (16, 3)


def test_nothing_found_is_no_error(ctk: Ctk, hostile: Hostile) -> None:
    for form in ([], ["--jsonl"], ["--paths"], ["-0"]):
        said = ctk(*hostile.options, "search", "xyzzy", *form)
        assert (said.code, said.out, said.err) == (0, b"", "")
    assert ctk(*hostile.options, "search", "xyzzy", "--json").json == {"v": 1, "total": 0, "files": []}
    assert ctk(*hostile.options, "search", "xyzzy", "--csv").text == ",".join(FIELDS) + "\n"
