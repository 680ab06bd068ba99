"""What scripts read, byte by byte. `WRITE_GOLDEN=1 pytest tests/cli/test_cli_golden.py` writes what it is now."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.commands import Ctk, Hostile

GOLDEN = Path(__file__).parent / "golden"
FORMS = {
    "search.json": ["search", "--json"],
    "search.jsonl": ["search", "--jsonl"],
    "search.csv": ["search", "--csv"],
    "search.fields": ["search", "--fields", "id,path,format,copies,offline,path_b64"],
    "search.filenames": ["search", "--fields", "filename"],
    "search.paths": ["search", "--paths"],
    "search.print0": ["search", "-0"],
    "show.json": ["show", "id:2", "--json"],
    "show-copies.json": ["show", "id:1", "--json"],
    "stats.json": ["stats", "--json"],
    "sources.json": ["sources", "--json"],
    "dupes.json": ["dupes", "--json"],
    "dupes-near.json": ["dupes", "--near", "--json"],
    "jobs.json": ["jobs", "--json"],
    "doctor.json": ["doctor", "--json"],
}
FOR_EYES = {
    "show.txt": ["show", "id:2"],
    "show-copies.txt": ["show", "id:1"],
    "stats.txt": ["stats"],
    "sources.txt": ["sources"],
    "dupes.txt": ["dupes"],
}
NOW = rb"20(?!20)\d\d-\d\d-\d\d(T\d\d:\d\d:\d\dZ| \d\d:\d\d)"
"""The time of this run; the files' own times are of 2020."""


def steady(out: bytes, root: Path) -> bytes:
    """Return output with what differs between two runs and two machines replaced."""

    def encoded(found: re.Match[bytes]) -> bytes:
        raw = base64.b64decode(found[0])
        return base64.b64encode(raw.replace(os.fsencode(root), b"/ROOT")) if os.fsencode(root) in raw else found[0]

    out = re.sub(rb"[A-Za-z0-9+/]{40,}={0,2}", encoded, out)
    out = out.replace(os.fsencode(root), b"/ROOT")
    out = re.sub(NOW, b"NOW", out)
    out = re.sub(rb'"pid": \d+', b'"pid": 0', out)
    for check in (b"place", b"decoders", b"terminal", b"source lib", b"database"):
        out = re.sub(
            rb'("name": "' + check + rb'", "status": ")\w+", "detail": "[^"]*", "hint": "[^"]*"', rb'\1-"', out
        )
    return out


@pytest.mark.parametrize("name", FORMS)
def test_forms(name: str, ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, *FORMS[name])
    assert steady(said.out, hostile.root) == golden(name, steady(said.out, hostile.root))


@pytest.mark.parametrize("name", FOR_EYES)
def test_text_for_eyes(name: str, ctk: Ctk, hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    said = ctk(*hostile.options, *FOR_EYES[name])
    assert steady(said.out, hostile.root) == golden(name, steady(said.out, hostile.root))


@pytest.mark.usefixtures("on_terminal")
@pytest.mark.parametrize("columns", [60, 80, 200])
def test_the_table(columns: int, ctk: Ctk, hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    said = ctk(*hostile.options, "search")
    assert steady(said.out, hostile.root) == golden(f"search-{columns}.txt", steady(said.out, hostile.root))


def golden(name: str, now: bytes) -> bytes:
    """Return what the file holds; written first when the environment asks for it."""
    file = GOLDEN / name
    if os.environ.get("WRITE_GOLDEN"):
        file.write_bytes(now)
    return file.read_bytes()
