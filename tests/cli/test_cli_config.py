"""`ctk config`, and every command when the configuration is off."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from ctk_tui.config.paths import config_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Ctk

RETIRED = "[scan]\nhash_chunk_size = 4096\n"


def test_path(ctk: Ctk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ctk("config", "path").text == f"{config_file(None, {})}\n"
    monkeypatch.setenv("CTK_CONFIG", str(tmp_path / "by variable.toml"))
    assert ctk("config", "path").text == f"{tmp_path}/by variable.toml\n"
    assert ctk("--config", tmp_path / "by option.toml", "config", "path").text == f"{tmp_path}/by option.toml\n"


def test_show_is_the_settings_in_force_as_toml(ctk: Ctk, tmp_path: Path) -> None:
    file = tmp_path / "ctk.toml"
    file.write_text("[scan]\nworkers = 3\n[sources.x]\npath = 'sounds'\n")
    shown = tomllib.loads(ctk("--config", file, "config", "show").text)
    assert shown["scan"]["workers"] == 3
    assert shown["scan"]["min_file_size"] == 128
    assert shown["sources"]["x"]["path"] == str(tmp_path / "sounds")


def test_check_of_none_and_of_a_sound_one(ctk: Ctk, tmp_path: Path) -> None:
    file = tmp_path / "ctk.toml"
    said = ctk("--config", file, "config", "check")
    assert (said.code, said.text, said.err) == (0, f"{file}: not there, so the defaults are in force\n", "")
    file.write_text("[scan]\nworkers = 3\n")
    said = ctk("--config", file, "config", "check")
    assert (said.code, said.text, said.err) == (0, f"{file}: sound\n", "")


def test_check_lists_everything_that_is_wrong(ctk: Ctk, tmp_path: Path) -> None:
    file = tmp_path / "ctk.toml"
    file.write_text('[scan]\nmin_file_siz = 3\nworkers = "x"\n[audio]\nvolume = 7\n')
    said = ctk("--config", file, "config", "check")
    assert (said.code, said.out) == (1, b"")
    for line, key in ((2, "min_file_siz"), (3, "workers"), (5, "volume")):
        assert any(text.startswith(f"{file}:{line}: ") and key in text for text in said.err.splitlines())


@pytest.mark.parametrize("words", [["stats"], ["scan"], ["sources", "enable", "x"], ["config", "show"], ["doctor"]])
def test_every_command_names_file_line_key_and_the_nearest(words: list[str], ctk: Ctk, tmp_path: Path) -> None:
    file = tmp_path / "ctk.toml"
    file.write_text("[scan]\nmin_file_siz = 3\n")
    said = ctk("--config", file, *words)
    assert (said.code, said.out) == (1, b"")
    assert said.err.startswith(f"ctk: {file}:2: ")
    assert "min_file_siz" in said.err
    assert "min_file_size" in said.err
    assert len(said.err.splitlines()) <= 2


@pytest.mark.parametrize("content", ["[scan\n", "x = \n", "\udc80"], ids=["table", "value", "bytes"])
def test_what_is_not_toml(content: str, ctk: Ctk, tmp_path: Path) -> None:
    file = tmp_path / "ctk.toml"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    said = ctk("--config", file, "stats")
    assert (said.code, said.out) == (1, b"")
    assert said.err.startswith(f"ctk: {file}:1: ")


def test_a_folder_is_no_configuration(ctk: Ctk, tmp_path: Path) -> None:
    said = ctk("--config", tmp_path, "stats")
    assert (said.code, said.err) == (1, f"ctk: {tmp_path}: this is a folder, not a configuration file\n")


def test_a_retired_key_is_a_warning(ctk: Ctk, tmp_path: Path) -> None:
    file = tmp_path / "ctk.toml"
    file.write_text(RETIRED)
    for words in (["stats"], ["config", "check"], ["doctor"]):
        said = ctk("--config", file, *words)
        assert said.code == 0
        assert said.err.startswith(f"ctk: {file}:2: scan.hash_chunk_size is retired: ")
        assert len(said.err.splitlines()) == 1
