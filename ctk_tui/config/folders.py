"""Checks of the paths that stand in the configuration."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctk_tui.config.checks import BadValueError, string, wanted
from ctk_tui.config.paths import expanded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def path_in(folder: Path, *, empty: bool) -> Callable[[object], str]:
    """Take a path: `~` expanded, relative ones from `folder`; "" stays "" where that has a meaning.

    Args:
        folder: absolute.
        empty: whether "" is taken.
    """

    def check(value: object) -> str:
        text = string(value)
        if not text.strip():
            if empty and not text:
                return ""
            raise wanted("a path", value)
        return absolute(text, folder)

    return check


def absolute(text: str, folder: Path) -> str:
    """Return a path of the configuration as an absolute one without `.` and `..`.

    Args:
        text: the path as written.
        folder: where relative ones begin, absolute.

    Raises:
        BadValueError: its `~user` has no home folder.
    """
    try:
        return os.path.normpath(os.path.join(folder, expanded(text)))
    except ValueError as error:
        raise BadValueError(str(error)) from None
