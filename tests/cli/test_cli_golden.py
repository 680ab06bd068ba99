"""What scripts read, byte by byte. `WRITE_GOLDEN=1 pytest tests/cli/test_cli_golden.py` writes what it is now."""

from __future__ import annotations

import base64
import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctk_tui.model.doctor import Check
from ctk_tui.model.job import JobInfo
from tests.support.commands import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@pytest.fixture
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let local times be UTC."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def steady(out: bytes, root: Path) -> bytes:
    """Return output with what differs between two runs and two machines replaced."""

    def encoded(found: re.Match[bytes]) -> bytes:
        raw = base64.b64decode(found[0])
        return base64.b64encode(raw.replace(os.fsencode(root), b"/ROOT")) if os.fsencode(root) in raw else found[0]

    out = re.sub(rb"[A-Za-z0-9+/]{40,}={0,2}", encoded, out)
    out = out.replace(os.fsencode(root), b"/ROOT")
    return re.sub(NOW, b"NOW", out)


@pytest.mark.parametrize("name", FORMS)
def test_forms(name: str, ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, *FORMS[name])
    assert steady(said.out, hostile.root) == golden(name, steady(said.out, hostile.root))


@pytest.mark.usefixtures("in_utc")
@pytest.mark.parametrize("name", FOR_EYES)
def test_text_for_eyes(name: str, ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, *FOR_EYES[name])
    assert steady(said.out, hostile.root) == golden(name, steady(said.out, hostile.root))


@pytest.mark.usefixtures("on_terminal", "in_utc")
@pytest.mark.parametrize("columns", [60, 80, 200])
def test_the_table(columns: int, ctk: Ctk, hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    said = ctk(*hostile.options, "search")
    assert steady(said.out, hostile.root) == golden(f"search-{columns}.txt", steady(said.out, hostile.root))


JOBS = [
    JobInfo(3, "scan", "running", "read", 1204, None, {"found": 2000, "new": 1204}, DAY + 7200, None, 4711),
    JobInfo(2, "prune", "failed", "", 0, None, {}, DAY + 3600, DAY + 3601, 4710, "no space: /x\n\x1b[31m\u202e"),
    JobInfo(1, "scan", "done", "finish", 9, 9, {"found": 9, "new": 8, "errors": 1}, DAY, DAY + 60, 4709, "", "/log"),
]
CHECKS = [
    Check("database", "ok", "/home/me/catalog.db, schema 1"),
    Check("source usb", "warn", "offline: /media/\x1b[31musb\u202e does not exist", "plug it in"),
    Check("catalog", "error", "2 sounds\nwith wrong copies", "`ctk doctor --repair` derives them anew"),
]


@pytest.mark.usefixtures("in_utc")
@pytest.mark.parametrize("name", ["jobs.json", "jobs.txt", "doctor.json", "doctor.txt"])
def test_jobs_and_doctor(name: str, ctk: Ctk, hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they find changes as ctk grows; how it is written does not."""
    monkeypatch.setattr("ctk_tui.toolkit.jobs.JobsFacade.list", lambda self: JOBS)
    monkeypatch.setattr("ctk_tui.toolkit.doctor.Doctor.checks", lambda self: CHECKS)
    command, _, form = name.partition(".")
    said = ctk(*hostile.options, command, *(["--json"] if form == "json" else []))
    assert said.out == golden(name, said.out)


def golden(name: str, now: bytes) -> bytes:
    """Return what the file holds; written first when the environment asks for it."""
    file = GOLDEN / name
    if os.environ.get("WRITE_GOLDEN"):
        file.write_bytes(now)
    return file.read_bytes()
