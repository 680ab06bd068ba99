from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs
import pytest

from ctk_tui.config.paths import config_file, data_dir, database_file, expanded, log_dir, models_dir, state_dir
from ctk_tui.model.settings import Settings


@pytest.mark.parametrize(
    ("option", "environ", "expected"),
    [
        (Path("a.toml"), {"CTK_CONFIG": "b.toml"}, Path("a.toml")),
        (None, {"CTK_CONFIG": "b.toml"}, Path("b.toml")),
    ],
)
def test_config_file_option_then_variable_then_platform(
    option: Path | None, environ: dict[str, str], expected: Path
) -> None:
    assert config_file(option, environ) == expected


@pytest.mark.parametrize(
    ("option", "environ", "settings", "expected"),
    [
        (Path("a.db"), {"CTK_DB": "b.db"}, Settings(database=Path("/c.db")), Path("a.db")),
        (None, {"CTK_DB": "b.db"}, Settings(database=Path("/c.db")), Path("b.db")),
        (None, {"CTK_DB": ""}, Settings(database=Path("/c.db")), Path("/c.db")),
    ],
)
def test_database_file_option_then_variable_then_config_then_platform(
    option: Path | None, environ: dict[str, str], settings: Settings, expected: Path
) -> None:
    assert database_file(option, environ, settings) == expected


@pytest.mark.parametrize("environ", [{}, {"CTK_CONFIG": "", "CTK_DB": ""}])
def test_without_a_word_the_platform_folders_hold(environ: dict[str, str]) -> None:
    assert config_file(None, environ) == platformdirs.user_config_path("ctk", appauthor=False) / "config.toml"
    expected = platformdirs.user_data_path("ctk", appauthor=False) / "catalog.db"
    assert database_file(None, environ, Settings()) == expected


def test_home_is_expanded_everywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert config_file(Path("~/c.toml"), {}) == tmp_path / "c.toml"
    assert config_file(None, {"CTK_CONFIG": "~/c.toml"}) == tmp_path / "c.toml"
    assert database_file(None, {"CTK_DB": "~/c.db"}, Settings()) == tmp_path / "c.db"
    assert expanded("~/x") == os.path.join(str(tmp_path), "x") or expanded("~/x") == f"{tmp_path}/x"
    assert expanded("a~/x") == "a~/x"


def test_a_home_that_is_none_is_an_error_and_no_folder_called_tilde() -> None:
    with pytest.raises(ValueError, match="no home folder for ~no-such-user-here"):
        expanded("~no-such-user-here/x")


def test_platform_folders_follow_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    folders = {data_dir(), models_dir(), state_dir(), log_dir(), config_file(None, {}).parent}
    assert len(folders) == 5
    assert models_dir() == data_dir() / "models"
    assert log_dir().parent == state_dir()
    if sys.platform == "linux":
        assert data_dir() == tmp_path / "XDG_DATA_HOME" / "ctk"
        assert state_dir() == tmp_path / "XDG_STATE_HOME" / "ctk"
        assert config_file(None, {}) == tmp_path / "XDG_CONFIG_HOME" / "ctk" / "config.toml"
