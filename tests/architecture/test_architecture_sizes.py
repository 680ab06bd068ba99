"""Small rooms: a file, a function and a class stay small enough to be read in one go."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
LINES_A_FILE = 400
LINES_A_FUNCTION = 60
METHODS_A_CLASS = 25
LINES_IN_THE_MEDIAN_FILE = 110
"""The aim is about 60; every run prints where it is."""

EXCEPTIONS: dict[str, str] = {}
"""What is larger, by "file", "file::function" or "file::class", and why that is right."""


def modules() -> Iterator[tuple[str, str]]:
    for folder in ("ctk_tui", "tests", "bench"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def too_large(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the size of all that is larger than the house allows."""
    if (lines := len(text.splitlines())) > LINES_A_FILE:
        yield name, f"{lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LINES_A_FUNCTION:
                yield f"{name}::{node.name}", f"{lines} lines"
        elif isinstance(node, ast.ClassDef):
            methods = sum(isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in node.body)
            if methods > METHODS_A_CLASS:
                yield f"{name}::{node.name}", f"{methods} methods"


def test_nothing_is_too_large() -> None:
    found = {what: size for name, text in modules() for what, size in too_large(name, text)}
    assert {what: size for what, size in found.items() if what not in EXCEPTIONS} == {}
    assert [what for what in EXCEPTIONS if what not in found] == [], "exceptions that are not needed any more"


def test_the_median_file_is_small() -> None:
    package = [text for name, text in modules() if name.startswith("ctk_tui/") and not name.endswith("__init__.py")]
    sizes = [len(text.splitlines()) for text in package]
    assert statistics.median(sizes) <= LINES_IN_THE_MEDIAN_FILE


def test_the_measure_finds_what_is_too_large() -> None:
    def function(lines: int) -> str:
        return "def f():\n" + "    pass\n" * (lines - 1)

    methods = "class C:\n" + "    def m(self): ...\n" * (METHODS_A_CLASS + 1)
    assert list(too_large("x", function(LINES_A_FUNCTION))) == []
    assert list(too_large("x", function(LINES_A_FUNCTION + 1))) == [("x::f", "61 lines")]
    assert list(too_large("x", methods)) == [("x::C", "26 methods")]
    assert list(too_large("x", "\n" * (LINES_A_FILE + 1))) == [("x", "401 lines")]
