"""One `field:value` as a node: every value checked, with its place where it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ctk_tui.model.errors import QueryError
from ctk_tui.model.query.fields import FLAG_NAMES, RANGED, SYNONYMS, Field, Ranged, field_named, fields
from ctk_tui.model.query.nodes import Compare, Flag, HasLabel, LabelValue, OneOf
from ctk_tui.model.query.problems import instead, shown
from ctk_tui.model.query.reading import BadValue, read_range
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import TypeAlias

    from ctk_tui.model.query.ranges import Range
    from ctk_tui.model.query.tokens import Item, Token
    from ctk_tui.model.query.vocabulary import Vocabulary

    FieldTerm: TypeAlias = OneOf | Compare | HasLabel | Flag


def field_term(token: Token, known: Vocabulary) -> FieldTerm:
    """Return what a `field:value` token says, without its sign.

    Raises:
        QueryError: there is no such field, or a value is none of it.
    """
    field = field_named(token.text)
    if field is None:
        start = token.start + token.negated
        hint = instead(token.text, [each.name for each in fields()], "{}:", SYNONYMS)
        raise QueryError(
            f"there is no field {shown(token.text + ':')}", start, start + len(token.text) + 1,
            f"{hint}; text that holds a colon stands in quotes",
        )  # fmt: skip
    at = {"start": token.start, "end": token.end}
    if field.kind == "flag":
        return Flag(tuple(_named(item, FLAG_NAMES, "is:{}") for item in token.items), **at)
    if field.kind == "label":
        return HasLabel(tuple(_label(item, known) for item in token.items), **at)
    if field.kind in RANGED:
        return Compare(field.name, tuple(_range(item, field) for item in token.items), **at)
    return OneOf(field.name, tuple(_text(item, field, known) for item in token.items), **at)


def _plain(item: Item) -> str:
    """Return the whole value of a field that has nothing behind its quotes."""
    if item.rest and item.quoted:
        end = item.end
        raise QueryError(
            f"a comma or a space is missing before {shown(item.rest)}", end - len(item.rest), end,
            "double a quote that belongs to the value",
        )  # fmt: skip
    return item.text


def _range(item: Item, field: Field) -> Range:
    text = _plain(item)
    try:
        return read_range(text, cast("Ranged", field.kind))
    except BadValue as error:
        raise QueryError(f"{shown(text)} is no value of {field.name}:", item.start, item.end, error.hint) from None


def _named(item: Item, names: Collection[str], around: str) -> str:
    """Return the value in lower case, which is one of `names`."""
    text = _plain(item).lower()
    if text not in names:
        field = around.partition(":")[0]
        message = f"{shown(_plain(item))} is no value of {field}:"
        raise QueryError(message, item.start, item.end, instead(text, names, around))
    return text


def _text(item: Item, field: Field, known: Vocabulary) -> str:
    text = _plain(item)
    if field.kind == "choice":
        dot = field.name == "format" and text.startswith(".")
        choices = known.choices(field.name)
        return text[1:].lower() if dot and text[1:].lower() in choices else _named(item, choices, field.name + ":{}")
    if field.kind == "exact" and known.sources is not None and text not in known.sources:
        hint = instead(text, known.sources, "source:{}")
        raise QueryError(f"there is no source {shown(text)}", item.start, item.end, hint)
    if field.kind == "prefix" and known.home and (text == "~" or text.startswith("~/")):
        return known.home + text[1:]
    return text


def _label(item: Item, known: Vocabulary) -> LabelValue:
    name, colon, rest = (item.text, item.rest[:1], item.rest[1:]) if item.quoted else item.text.partition(":")
    if colon not in {"", ":"}:
        raise QueryError(
            f"a colon or a space is missing before {shown(item.rest)}", item.end - len(item.rest), item.end,
            'write label:"Bass drum":0.5..',
        )  # fmt: skip
    if not name or (colon and not rest):
        raise QueryError(f"{shown(item.text)} is no value of label:", item.start, item.end, "write label:Speech:0.5..")
    if known.labels is not None and folded(name) not in {folded(label) for label in known.labels}:
        hint = instead(name, known.labels, 'label:"{}"')
        raise QueryError(f"there is no label {shown(name)}", item.start, item.end, hint)
    if not colon:
        return LabelValue(name)
    try:
        wanted = read_range(rest, "ratio")
    except BadValue as error:
        message = f"{shown(rest)} says no probability"
        raise QueryError(message, item.end - len(rest), item.end, error.hint) from None
    if wanted.op == "=":
        hint = f"write {rest}.. for at least that"
        raise QueryError(f"{shown(rest)} is a single probability", item.end - len(rest), item.end, hint)
    return LabelValue(name, wanted)
