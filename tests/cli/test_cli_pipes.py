"""stdout and stderr as the shell gives them: closed pipes, full disks, none at all, more than a pipe holds."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.calling import PATIENCE, process

if TYPE_CHECKING:
    from tests.support.commands import Hostile

MANY = """
from ctk_tui.toolkit.catalog import CatalogFacade
real = CatalogFacade.entries
CatalogFacade.entries = lambda self, ids: (entry for _ in range(2000) for entry in real(self, ids))
"""
"""Two thousand times what there is: far more than the 64 KiB that a pipe holds."""


@pytest.mark.parametrize(
    "form", [[], ["--json"], ["--jsonl"], ["--csv"], ["--fields", "id,path"], ["-0"]], ids=" ".join
)
def test_a_closed_pipe_ends_quietly(form: list[str], hostile: Hostile) -> None:
    child = process(
        *hostile.options, "search", "markup", *form, code=MANY, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.read(1)
        child.stdout.close()
        assert (child.wait(PATIENCE), child.stderr.read()) == (0, b"")


def test_a_pipe_that_is_closed_before_the_first_byte(hostile: Hostile) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with process(*hostile.options, "search", "--json", stdout=writer, stderr=subprocess.PIPE) as child:
        os.close(writer)
        assert child.stderr is not None
        assert (child.wait(PATIENCE), child.stderr.read()) == (0, b"")


def test_all_of_a_large_output_arrives(hostile: Hostile) -> None:
    run = process(*hostile.options, "search", "markup", "-0", code=MANY, stdout=subprocess.PIPE)
    out, _ = run.communicate(timeout=PATIENCE)
    assert (run.returncode, out.count(b"\0")) == (0, 2000)


@pytest.mark.needs("/dev/full")
@pytest.mark.parametrize("code", ["", MANY], ids=["at the end", "in between"])
def test_a_full_disk_is_told(code: str, hostile: Hostile) -> None:
    with open("/dev/full", "wb") as full:
        run = process(*hostile.options, "search", "--jsonl", code=code, stdout=full, stderr=subprocess.PIPE)
        _, err = run.communicate(timeout=PATIENCE)
    assert (run.returncode, err) == (1, b"ctk: the output cannot be written: No space left on device\n")


@pytest.mark.parametrize("words", [["stats"], ["search", "--json"], ["--help"]], ids=" ".join)
def test_no_stdout_at_all(words: list[str], hostile: Hostile) -> None:
    run = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command(hostile, *words)], stderr=subprocess.PIPE, timeout=PATIENCE
    )
    assert (run.returncode, run.stderr) == (0, b"")


def test_no_stderr_at_all(hostile: Hostile) -> None:
    words = command(hostile, "search", "-x")
    run = subprocess.run(["sh", "-c", 'exec "$@" 2>&-', "sh", *words], stdout=subprocess.PIPE, timeout=PATIENCE)
    assert (run.returncode, run.stdout) == (2, b"")


def test_data_goes_to_stdout_and_words_to_stderr(hostile: Hostile) -> None:
    run = subprocess.run(command(hostile, "search", "--paths"), capture_output=True, timeout=PATIENCE)
    assert b"left out" in run.stderr
    assert b"left out" not in run.stdout
    assert b"\x1b[" not in run.stderr


def command(hostile: Hostile, *words: str) -> list[str]:
    return [sys.executable, "-m", "ctk_tui", *hostile.options, *words]
