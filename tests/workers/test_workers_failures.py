"""Errors arrive as what they were."""

from __future__ import annotations

from typing import Any

import pytest

from ctk_tui.model.errors import Cancelled, CtkError, FileUnreadable, SourceOffline
from ctk_tui.workers.failures import pack, unpack
from ctk_tui.workers.framing import encode
from tests.workers.victims import ERRORS


def travelled(error: Exception) -> CtkError:
    packed = pack(error)
    encode(packed)
    return unpack(packed, 7)


def test_errors_of_files_keep_path_reason_and_hint() -> None:
    error = travelled(ERRORS["file"])
    assert type(error) is FileUnreadable
    assert (error.path, error.reason, error.hint) == (b"/a\xff.wav", "input/output error", "look at the cable")
    assert str(error) == str(ERRORS["file"])


def test_simple_errors_keep_their_kind() -> None:
    error = travelled(ERRORS["offline"])
    assert (type(error), error.message, error.hint) == (SourceOffline, "not there", "plug it in")
    assert type(travelled(ERRORS["cancelled"])) is Cancelled


def test_others_keep_their_words() -> None:
    error = travelled(ERRORS["query"])
    assert (type(error), error.message, error.hint) == (CtkError, "off", "say it so")
    error = travelled(ERRORS["value"])
    assert (type(error), error.message) == (CtkError, "ValueError: too \udcff odd")


def test_an_error_that_only_bears_the_name_of_ours() -> None:
    class SourceOffline(Exception):
        """Somebody else's."""

    assert type(travelled(SourceOffline("x"))) is CtkError


def test_the_traceback_comes_along() -> None:
    try:
        raise ERRORS["value"]
    except ValueError as error:
        (note,) = travelled(error).__notes__
    assert note.startswith("raised in a worker process at item 7:\nTraceback")
    assert 'raise ERRORS["value"]' in note


@pytest.mark.parametrize(
    "forged",
    [
        {},
        [],
        None,
        {"type": "FileUnreadable", "ours": True, "message": "", "trace": ""},
        {"type": "FileUnreadable", "ours": True, "message": "", "trace": "", "path": "\ud800", "reason": ""},
        {"type": "os", "ours": True, "message": "", "trace": ""},
    ],
)
def test_what_a_worker_made_up_is_not_believed(forged: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        unpack(forged, None)
