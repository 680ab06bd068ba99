from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from ctk_tui.config.load import load
from ctk_tui.config.schema import FREE_TABLES, known_keys, source_table
from ctk_tui.config.store import default_text
from ctk_tui.model.settings import ScanSettings, Settings, SourceSettings, UiSettings

TOP = Path(__file__).parents[2] / "config.toml"
EXAMPLE = re.compile(r"^# (?=\[sources\.|# |\w+ = )", re.MULTILINE)


def uncommented() -> str:
    text = TOP.read_text(encoding="utf-8")
    # "# # prose" above an example becomes prose, "# key = value" becomes a key.
    return EXAMPLE.sub("", text)


def test_the_file_that_is_shipped_is_the_documented_one() -> None:
    assert default_text() == TOP.read_text(encoding="utf-8")


def test_the_documented_default_is_the_default_of_the_code() -> None:
    loaded = load(TOP, strict=True)
    assert loaded.settings == Settings()
    assert loaded.exists
    assert loaded.warnings == ()


def test_every_key_stands_in_the_documented_default_and_no_other() -> None:
    data = tomllib.loads(TOP.read_text(encoding="utf-8"))
    found = {table: set(keys) - {"keys"} for table, keys in data.items()}
    expected = {table: set(keys) for table, keys in known_keys().items() if table != "sources"}
    assert found == expected
    assert data["ui"]["keys"] == {}
    assert [path for path in FREE_TABLES if len(path) == 1] == [("queries",), ("open",)]


def test_every_setting_has_a_key() -> None:
    def names(group: type[Any], *without: str) -> set[str]:
        return {field.name for field in fields(group)} - set(without)

    assert names(Settings) == set(known_keys())
    assert names(SourceSettings, "name") == set(source_table(Path("/")))
    assert names(ScanSettings) == set(known_keys()["scan"])
    assert names(UiSettings, "keys") == set(known_keys()["ui"])
    for table in ("audio", "duplicates", "classify"):
        group = next(field for field in fields(Settings) if field.name == table)
        assert names(type(getattr(Settings(), group.name))) == set(known_keys()[table])


def test_the_commented_examples_are_good_and_complete(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(uncommented(), encoding="utf-8")
    settings = load(file, strict=True).settings
    assert [source.name for source in settings.sources] == ["samples"]
    source = settings.sources[0]
    plain = SourceSettings("samples", source.path)
    for field in fields(SourceSettings):
        if field.name not in {"exclude", "protect"}:  # the two that show what can stand there
            assert getattr(source, field.name) == getattr(plain, field.name)
    assert source.exclude == ("**/demos/**",)
    assert source.protect == ("Ableton Projects/**",)
    assert set(tomllib.loads(file.read_text(encoding="utf-8"))["sources"]["samples"]) == set(source_table(Path("/")))
    assert settings.queries == {"chops": "vox chop duration:..3"}
    assert settings.open == {"reaper": "reaper {path}"}


def test_every_key_has_a_comment() -> None:
    lines = TOP.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines):
        if re.match(r"(# )?\w+ = ", line) and not line.startswith(("# chops", "# reaper")):
            above = lines[number - 1]
            assert above.startswith("# # " if line.startswith("# ") else "# "), line
            assert not re.match(r"(# )?\w+ = ", above), line
