"""Laws that hold for every query: texts, trees and their meaning."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeGuard

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctk_tui.model.audio import CATEGORIES, FORMATS
from ctk_tui.model.errors import QueryError
from ctk_tui.model.query.combine import narrowed
from ctk_tui.model.query.fields import FLAG_NAMES, SORT_NAMES, fields
from ctk_tui.model.query.meaning import is_empty, matches, selects
from ctk_tui.model.query.nodes import And, Node, Not, Or, Query
from ctk_tui.model.query.parse import MOST_TERMS, parse
from ctk_tui.model.query.subject import QuerySubject, SubjectPath
from ctk_tui.model.query.unparse import quoted, unparse
from ctk_tui.model.query.vocabulary import Vocabulary
from ctk_tui.model.query.words import in_name, words_of
from ctk_tui.model.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWN = Vocabulary(saved={"a": "kick , ^snare size+", "b": "@a dir:x name-", 'c "d': "x", "loop": "@loop"})
NOW = 1_700_000_000.0
# All that means something in a query, to SQLite, or to a terminal.
SIGNS = [
    *("^", "!", "-", '"', '""', ",", " , ", " ", "\t", "*", "@", "@a", "@b", '@"c ""d"', ":", "..", ">=", "<", "="),
    *("%", "_", "NEAR(", " AND ", " OR ", "\0", "\ud800", "\udcff", "😀", "\u202e", "é", "İ", "k", "kick", "1:30"),
    *("10M", "2019", "-2w", "0.5", *(f"{each.name}:" for each in fields()), *(f"{name}-" for name in SORT_NAMES)),
]

names = st.text(st.sampled_from("abkKé01_-./ "), min_size=1, max_size=12)
anything = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(), max_size=80),
    st.lists(st.sampled_from(SIGNS), max_size=25).map("".join),
    st.lists(st.sampled_from(SIGNS), max_size=12).map(" ".join),
    st.tuples(st.sampled_from(SIGNS), st.integers(1, 10_000)).map(lambda part: (part[0] * part[1])[:10_000]),
)
numbers = st.sampled_from(["0", "1", "2", "0.5", "1.50"])
whole = st.sampled_from(["0", "1", "2", "44100"])
dates = st.sampled_from(["2019", "2020-05", "2021-2-3", "-2w", "-1y", "-0h"])


def ranged(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signed = st.tuples(st.sampled_from([">", ">=", "<", "<="]), values).map("".join)
    return st.one_of(values, signed, values.map("{}..".format), values.map("..{}".format))


def field(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=3).map(lambda parts: f"{name}:{','.join(parts)}")


texts = names.map(quoted) | st.sampled_from(["a", "k", "kick", "/", "b"])
BY_FIELD = {
    "is": field("is", st.sampled_from(FLAG_NAMES)),
    "format": field("format", st.sampled_from(FORMATS)),
    "category": field("category", st.sampled_from(CATEGORIES)),
    "label": field("label", st.sampled_from(["Speech", '"Bass drum":0.5..', "a:<=0.50"])),
    **{name: field(name, texts) for name in ("path", "name", "dir", "source")},
    **{name: field(name, ranged(numbers)) for name in ("duration", "confidence")},
    **{name: field(name, ranged(whole)) for name in ("rate", "channels", "bits", "size", "copies", "id")},
    **{name: field(name, ranged(dates)) for name in ("modified", "added")},
}
terms = st.one_of(
    st.text(st.sampled_from("abkKéß01_./鼓%&'"), min_size=1, max_size=4),
    names.map(quoted),
    st.sampled_from(["*", "@a", "@b", '@"c ""d"', *(f"{name}+" for name in SORT_NAMES)]),
    *BY_FIELD.values(),
)
groups = st.lists(st.tuples(st.sampled_from(["", "", "^"]), terms).map("".join), min_size=1, max_size=4).map(" ".join)
candidates = st.lists(groups, min_size=1, max_size=3).map(" , ".join)


def outcome(text: str, *, dash: bool = True) -> Query | QueryError:
    try:
        return parse(text, KNOWN, dash=dash)
    except QueryError as error:
        return error


def is_query(value: Query | QueryError) -> TypeGuard[Query]:
    return isinstance(value, Query)


queries = candidates.map(outcome).filter(is_query)
paths = st.builds(
    SubjectPath,
    source=st.sampled_from(["a", "k", "b/"]),
    relative=st.text(st.sampled_from("abkKé01_-./ 鼓\n"), min_size=1, max_size=20),
    absolute=names.map("/{}".format),
    modified_at=st.sampled_from([0.0, 1.55e9, 1.6e9, NOW]),
    protected=st.booleans(),
    cloud=st.booleans(),
)
subjects = st.builds(
    QuerySubject,
    id=st.integers(0, 3),
    paths=st.lists(paths, min_size=1, max_size=3).map(tuple),
    size=st.integers(0, 3),
    added_at=st.sampled_from([0.0, 1.55e9, NOW - 86400]),
    copies=st.integers(0, 3),
    tags=st.sampled_from(["", "Kick\nab", "é/0"]),
    labels=st.dictionaries(st.sampled_from(["Speech", "Bass drum", "A"]), st.sampled_from([0.1, 0.5, 0.9]), max_size=2),
    category=st.sampled_from([None, *CATEGORIES]),
    confidence=st.sampled_from([None, 0.0, 0.5, 1.0]),
    format=st.sampled_from([None, *FORMATS]),
    duration=st.sampled_from([None, 0.0, 0.5, 1.0, 2.0]),
    rate=st.sampled_from([None, 44_100, 48_000]),
    channels=st.sampled_from([None, 1, 2]),
    bits=st.sampled_from([None, 16, 24]),
    flags=st.frozensets(
        st.sampled_from([name for name in FLAG_NAMES if name not in {"protected", "cloud"}]), max_size=2
    ),
)


def nodes(value: object) -> Iterator[Node]:
    """Yield every node of a tree."""
    if isinstance(value, Node):
        yield value
    if isinstance(value, tuple):
        for each in value:
            yield from nodes(each)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for each in dataclasses.fields(value):
            yield from nodes(getattr(value, each.name))


def check_text(text: str, *, dash: bool) -> None:
    """Hold what is true of any text: only the query's own error, places inside the text, one canonical form."""
    query = outcome(text, dash=dash)
    if isinstance(query, QueryError):
        assert 0 <= query.start < query.end <= len(text)
        assert query.hint
        assert safe(query.message + query.hint) == query.message + query.hint
        return
    for node in nodes(query):
        assert 0 <= node.start <= node.end <= len(text)
        assert node.start < node.end or node == And(())
    canonical = unparse(query)
    assert parse(canonical, KNOWN) == query
    assert unparse(parse(canonical, KNOWN)) == canonical
    subject = QuerySubject(1, (SubjectPath("a", "kick/é_k.wav", "/kick/é_k.wav", 0.0),), 0, 0.0)
    assert isinstance(matches(query, subject, NOW), bool)


@given(anything, st.booleans())
@settings(max_examples=500)
def test_any_text(text: str, dash: bool) -> None:
    check_text(text, dash=dash)


@pytest.mark.soak
@given(anything, st.booleans())
@settings(max_examples=10_000)
def test_any_of_ten_thousand_texts(text: str, dash: bool) -> None:
    check_text(text, dash=dash)


@given(candidates)
@settings(max_examples=300)
def test_round_trip_of_what_means_something(text: str) -> None:
    check_text(text, dash=True)


@given(st.text(min_size=1).filter(lambda text: not any("\ud800" <= each <= "\udfff" for each in text)))
def test_quotes_take_any_text(text: str) -> None:
    [phrase] = words_of(parse(quoted(text)).expr)
    assert phrase.text == text


@given(queries, subjects)
def test_not_is_the_complement(query: Query, subject: QuerySubject) -> None:
    assert selects(Not(query.expr), subject, NOW) is not selects(query.expr, subject, NOW)
    assert selects(Not(Not(query.expr)), subject, NOW) is selects(query.expr, subject, NOW)


@given(queries, queries, subjects)
def test_neither_is_not_one_and_not_the_other(left: Query, right: Query, subject: QuerySubject) -> None:
    one, other = left.expr, right.expr
    neither = selects(Not(Or((one, other))), subject, NOW)
    assert neither is selects(And((Not(one), Not(other))), subject, NOW)
    assert neither is not (selects(one, subject, NOW) or selects(other, subject, NOW))


@given(queries, queries, subjects)
def test_and_narrows_and_knows_no_order(left: Query, right: Query, subject: QuerySubject) -> None:
    one, other = left.expr, right.expr
    both = selects(And((one, other)), subject, NOW)
    assert both is selects(And((other, one)), subject, NOW)
    assert not both or (selects(one, subject, NOW) and selects(other, subject, NOW))
    if len(subject.paths) == 1:
        assert both is (selects(one, subject, NOW) and selects(other, subject, NOW))


@given(queries, queries, subjects)
def test_narrowed_is_and_in_the_language(left: Query, right: Query, subject: QuerySubject) -> None:
    joined = narrowed(left, right)
    assert selects(joined.expr, subject, NOW) is selects(And((left.expr, right.expr)), subject, NOW)
    assert parse(unparse(joined), KNOWN) == joined
    assert is_empty(joined.expr) is (is_empty(left.expr) and is_empty(right.expr))


@given(queries, subjects, paths)
def test_one_more_path_takes_no_hit_without_a_not(query: Query, subject: QuerySubject, path: SubjectPath) -> None:
    more = dataclasses.replace(subject, paths=(*subject.paths, path))
    if selects(query.expr, subject, NOW) and not any(isinstance(node, Not) for node in nodes(query)):
        assert selects(query.expr, more, NOW)


@given(queries, subjects, st.text(max_size=10))
def test_a_list_shows_no_more_than_is_selected(query: Query, subject: QuerySubject, name: str) -> None:
    assert selects(query.expr, subject, NOW) or not matches(query, subject, NOW)
    assert isinstance(in_name(query.expr, name), bool)


@given(st.lists(names.filter(lambda name: " " not in name), max_size=6), subjects)
def test_words_are_phrases_where_they_are_long(words: list[str], subject: QuerySubject) -> None:
    long = [word for word in words if len(word) > 2 and word[0] != "-"]
    if long:
        as_words, as_phrases = " ".join(long), " ".join(map(quoted, long))
        assert selects(parse(as_words).expr, subject, NOW) is selects(parse(as_phrases).expr, subject, NOW)


def test_the_longest_text() -> None:
    """10 kB of one letter is one long word; 10 kB of words are more than a query may have."""
    check_text("x" * 10_000, dash=False)
    check_text('"' + '""' * 5_000 + '"', dash=False)
    check_text("x " * 5_000, dash=False)
    check_text("x " * MOST_TERMS, dash=False)


def test_every_field_is_generated() -> None:
    assert set(BY_FIELD) == {each.name for each in fields()}
