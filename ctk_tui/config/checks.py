"""What a value must be like: small functions that return it as the settings hold it, or say what is wanted."""

from __future__ import annotations

from collections.abc import Callable

from ctk_tui.config.problems import nearest, shown

Check = Callable[[object], object]


class BadValueError(Exception):
    """A value is not what is wanted.

    Args:
        message: the sentence behind "KEY: ".
        entry: the place in the list, counted from 0, None where the value as a whole is meant.
    """

    def __init__(self, message: str, entry: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.entry = entry


def wanted(what: str, value: object, near: str = "") -> BadValueError:
    """Return the error for a value that is none of what is wanted.

    Args:
        what: what is wanted.
        value: what is there.
        near: the word that may have been meant, "" for none.
    """
    return BadValueError(f"{what} is wanted, not {shown(value)}" + (f" (did you mean {shown(near)}?)" if near else ""))


def boolean(value: object) -> bool:
    """Take true or false alone."""
    if not isinstance(value, bool):
        raise wanted("true or false", value)
    return value


def string(value: object) -> str:
    """Take a string without NUL, which no path, pattern or program can hold."""
    if not isinstance(value, str):
        raise wanted("a string", value)
    if "\0" in value:
        raise BadValueError("a NUL character cannot stand here")
    return value


def filled(value: object) -> str:
    """Take a string that is not blank."""
    text = string(value)
    if not text.strip():
        raise wanted("some text", value)
    return text


def whole(low: int, high: int) -> Callable[[object], int]:
    """Take whole numbers from `low` to `high`."""

    def check(value: object) -> int:
        # A boolean is an int to Python and none to TOML.
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise wanted(f"a whole number from {low} to {high}", value)
        return value

    return check


def number(low: float, high: float) -> Callable[[object], float]:
    """Take numbers from `low` to `high`, whole or not; never nan."""

    def check(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            raise wanted(f"a number from {low:g} to {high:g}", value)
        return float(value)

    return check


def one_of(*words: str) -> Callable[[object], str]:
    """Take one of some words."""

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            near = nearest(value, words) if isinstance(value, str) else ""
            raise wanted(" or ".join(map(shown, words)), value, near)
        return value

    return check


def auto_or(check: Check, what: str) -> Check:
    """Take "auto", or what another check takes.

    Args:
        check: the other check.
        what: what it wants, in words.
    """

    def either(value: object) -> object:
        if value == "auto":
            return value
        try:
            return check(value)
        except BadValueError:
            near = nearest(value, ["auto"]) if isinstance(value, str) else ""
            raise wanted(f'"auto" or {what}', value, near) from None

    return either


def each(check: Check, what: str, *, empty: bool = True) -> Callable[[object], tuple[object, ...]]:
    """Take a list whose entries another check takes.

    Args:
        check: the check of one entry.
        what: what the entries are, in words.
        empty: whether the list may be empty.
    """

    def every(value: object) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise wanted(f"a list of {what}", value)
        if not value and not empty:
            raise BadValueError(f"one at least is wanted in the list of {what}")
        found = []
        for index, entry in enumerate(value):
            try:
                found.append(check(entry))
            except BadValueError as error:
                raise BadValueError(f"entry {index + 1}: {error.message}", index) from None
        return tuple(found)

    return every
