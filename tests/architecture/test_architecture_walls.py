"""What .importlinter says is all of the house: no room is missing from it, and none is only announced."""

from __future__ import annotations

import ast
import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "ctk_tui"
FRONT_DOORS = {"__main__", "cli", "tui"}
MAY_ENTER = {"toolkit", "config", "model"}


@pytest.fixture(scope="module")
def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", "utf-8")
    return parser


def rooms() -> set[str]:
    """Return the names of the rooms that have a module in them."""
    return {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def test_every_room_has_a_floor(contracts: configparser.ConfigParser) -> None:
    layers = contracts["importlinter:contract:floors"]["layers"]
    planned = set(re.findall(r"\((\w+)\)", layers))
    built = set(re.findall(r"\w+", layers)) - planned
    assert built - {"__main__"} == rooms()
    assert (PACKAGE / "__main__.py").is_file()


def test_front_ends_are_kept_from_every_other_room(contracts: configparser.ConfigParser) -> None:
    wall = contracts["importlinter:contract:front-ends"]
    assert set(wall["source_modules"].split()) == {f"ctk_tui.{room}" for room in rooms() & FRONT_DOORS}
    others = rooms() - FRONT_DOORS - MAY_ENTER
    assert set(wall["forbidden_modules"].split()) == {f"ctk_tui.{room}" for room in others}


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*/__init__.py")), ids=lambda path: path.parent.name)
def test_rooms_export_nothing_by_their_name(path: Path) -> None:
    """Re-exports would load a whole room where one module of it was asked for (docs/decisions/0003)."""
    body = ast.parse(path.read_text("utf-8")).body
    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)


def modules_behind_the_front_doors() -> list[Path]:
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0].removesuffix(".py") not in FRONT_DOORS
    ]


@pytest.mark.parametrize("path", modules_behind_the_front_doors(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_front_doors_catch_everything(path: Path) -> None:
    caught = [
        handler.lineno
        for handler in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(handler, ast.ExceptHandler)
        and (handler.type is None or "Exception" in {getattr(n, "id", "") for n in ast.walk(handler.type)})
    ]
    assert caught == [], "lines that catch every Exception"
