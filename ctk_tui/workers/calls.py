"""Which functions a worker runs: named by module, module-level, inside packages that were allowed."""

from __future__ import annotations

import importlib
import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PACKAGE = "ctk_tui"
"""The package whose functions are always allowed."""


def name_of(function: Callable[..., Any], allow: Sequence[str]) -> str:
    """Return "module:name" of a function that a worker may run.

    Args:
        function: a function at the top level of its module.
        allow: packages whose modules are allowed.

    Raises:
        TypeError: it is something else, or lies elsewhere.
    """
    if not isinstance(function, FunctionType):
        raise TypeError(f"{function!r} is not a plain function: workers run functions by their name")
    name = f"{function.__module__}:{function.__qualname__}"
    if not _allowed(function.__module__, allow):
        raise TypeError(f"{name} is in none of the packages that workers may use: {', '.join(allow)}")
    if getattr(sys.modules.get(function.__module__), function.__qualname__, None) is not function:
        raise TypeError(f"{name} is not at the top level of its module")
    return name


def resolve(name: str, allow: Sequence[str]) -> Callable[..., Any]:
    """Return the function that `name_of` named, importing its module.

    Raises:
        TypeError: it is no such function, or lies elsewhere.
        ImportError: its module cannot be imported.
    """
    module, _, attribute = name.partition(":")
    if not _allowed(module, allow):
        raise TypeError(f"{name} is in none of the packages that this worker may use")
    function = getattr(importlib.import_module(module), attribute, None)
    if not isinstance(function, FunctionType) or function.__module__ != module:
        raise TypeError(f"{name} is not a function of its module")
    return function


def _allowed(module: str, allow: Sequence[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in allow)
