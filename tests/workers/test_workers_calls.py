"""Only functions of ctk are run, whoever asks."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.disk.safe_open import OpenFile, kind
from ctk_tui.workers.calls import PACKAGE, name_of, resolve
from tests.workers import victims

if TYPE_CHECKING:
    from collections.abc import Callable

ALLOW = (PACKAGE,)


def test_a_function_goes_by_its_name() -> None:
    assert name_of(kind, ALLOW) == "ctk_tui.disk.safe_open:kind"
    assert resolve("ctk_tui.disk.safe_open:kind", ALLOW) is kind


def test_other_packages_have_to_be_allowed() -> None:
    with pytest.raises(TypeError, match="in none of the packages"):
        name_of(victims.add, ALLOW)
    with pytest.raises(TypeError, match="in none of the packages"):
        resolve("tests.workers.victims:add", ALLOW)
    assert resolve(name_of(victims.add, ("tests",)), ("tests",)) is victims.add


def inner() -> Callable[[], None]:
    def function() -> None: ...

    return function


@pytest.mark.parametrize(
    "thing",
    [lambda: None, inner(), functools.partial(kind, 1), len, OpenFile, OpenFile.close, str.upper],
    ids=["lambda", "inner", "partial", "builtin", "class", "method", "slot"],
)
def test_what_has_no_name_of_its_own_is_refused(thing: Callable[..., Any]) -> None:
    with pytest.raises(TypeError):
        name_of(thing, (PACKAGE, "tests"))


@pytest.mark.parametrize(
    "name",
    [
        "os:system",
        "ctk_tuizzz:x",
        "ctk_tui.disk.safe_open:os.system",  # reached through a module of ours
        "ctk_tui.disk.safe_open:os",
        "ctk_tui.disk.safe_open:OpenFile",
        "ctk_tui.disk.safe_open:nothing",
        "ctk_tui.disk.fingerprint:unreadable",  # a function, named where it was only imported
        "ctk_tui",
        "",
    ],
)
def test_a_forged_name_is_refused(name: str) -> None:
    with pytest.raises(TypeError):
        resolve(name, ALLOW)
    assert os.name


def test_a_module_that_is_not_there_is_no_type_error() -> None:
    with pytest.raises(ImportError):
        resolve("ctk_tui.no_such_room:x", ALLOW)
