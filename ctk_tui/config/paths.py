"""Where the files of ctk lie: configuration, catalog, models, state."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctk_tui.model.settings import Settings

APP = "ctk"
CONFIG_VARIABLE = "CTK_CONFIG"
DATABASE_VARIABLE = "CTK_DB"


def config_file(option: Path | None, environ: Mapping[str, str]) -> Path:
    """Return the configuration file: the option, else $CTK_CONFIG, else the platform's user config folder.

    Args:
        option: the value of `--config`, None where it was not given.
        environ: the environment; an empty variable counts as not set.
    """
    named = option or environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named).expanduser()
    # appauthor=False: Windows would otherwise put it into ctk\ctk.
    return platformdirs.user_config_path(APP, appauthor=False) / "config.toml"


def database_file(option: Path | None, environ: Mapping[str, str], settings: Settings) -> Path:
    """Return the catalog: the option, else $CTK_DB, else the configuration, else catalog.db in the user data folder.

    Args:
        option: the value of `--db`, None where it was not given.
        environ: the environment; an empty variable counts as not set.
        settings: the configuration; its path is absolute already.
    """
    named = option or environ.get(DATABASE_VARIABLE)
    if named:
        return Path(named).expanduser()
    return settings.database or data_dir() / "catalog.db"


def data_dir() -> Path:
    """Return the user data folder of ctk: what cannot be made again without work."""
    return platformdirs.user_data_path(APP, appauthor=False)


def models_dir() -> Path:
    """Return the folder that holds the classifier's checkpoint where the configuration names none."""
    return data_dir() / "models"


def state_dir() -> Path:
    """Return the user state folder of ctk: what may be lost without harm."""
    return platformdirs.user_state_path(APP, appauthor=False)


def cache_dir() -> Path:
    """Return the user cache folder of ctk: what is made again by itself."""
    return platformdirs.user_cache_path(APP, appauthor=False)


def log_dir() -> Path:
    """Return the folder of the logs that jobs write."""
    return state_dir() / "logs"


def expanded(text: str) -> str:
    """Return a path with a leading `~` or `~user` replaced by the home folder.

    Args:
        text: the path as the user wrote it.

    Raises:
        ValueError: there is no such home folder; taken as it stands it would name a folder called `~user`.
    """
    path = os.path.expanduser(text)
    if text.startswith("~") and path == text:
        raise ValueError(f"there is no home folder for {text.split('/', maxsplit=1)[0]}")
    return path
