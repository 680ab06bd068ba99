"""Checks of the words that mean something to ctk: names, extensions, devices, programs."""

from __future__ import annotations

import re

from ctk_tui.config.checks import BadValueError, filled, string, wanted
from ctk_tui.config.problems import shown

# Bare words of TOML. A leading dash is refused: on the command line such a name reads as an option.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_EXTENSION = re.compile(r"\.[^\s./\\*?\x00]+")
_DEVICE = re.compile(r"auto|cpu|cuda(:[0-9]+)?")


def name(value: object) -> str:
    """Take a handle: ASCII letters, digits, - and _, no dash in front."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise wanted("a name of letters, digits, - and _ (no - in front)", value)
    return value


def extension(value: object) -> str:
    """Take one file extension with its dot; return it in lower case."""
    text = string(value)
    if not _EXTENSION.fullmatch(text):
        bare = text.strip().lstrip("*.")
        raise wanted('an extension such as ".wav"', value, f".{bare}" if _EXTENSION.fullmatch(f".{bare}") else "")
    return text.lower()


def device(value: object) -> str:
    """Take the name of a compute device."""
    if not isinstance(value, str) or not _DEVICE.fullmatch(value):
        raise wanted('"auto", "cpu", "cuda" or "cuda:N"', value)
    return value


def command(value: object) -> str:
    """Take a program with the place for the file in it."""
    text = filled(value)
    if "{path}" not in text:
        raise BadValueError(f"{{path}} is missing: it stands for the file, as in {shown(f'{text} {{path}}')}")
    return text
