"""Every form of the language, and the tree that it becomes."""

from __future__ import annotations

import pytest

from ctk_tui.model.query.combine import narrowed
from ctk_tui.model.query.fields import FLAG_NAMES, RANGED, SORT_NAMES, SYNONYMS, field_named, fields
from ctk_tui.model.query.meaning import is_empty
from ctk_tui.model.query.nodes import (
    And,
    Compare,
    Everything,
    Expr,
    Flag,
    HasLabel,
    LabelValue,
    Not,
    OneOf,
    Or,
    Phrase,
    Query,
    Saved,
    Sort,
    Word,
)
from ctk_tui.model.query.parse import MOST_TERMS, parse
from ctk_tui.model.query.ranges import Range
from ctk_tui.model.query.unparse import unparse
from ctk_tui.model.query.values import Ago, Day, Number
from ctk_tui.model.query.vocabulary import Vocabulary
from ctk_tui.model.query.words import words_of

KICK, SNARE = Word("kick"), Word("snare")
ONE, THREE = Number(1, 0), Number(3, 0)
SAVED = Vocabulary(
    saved={
        "chops": "vox chop duration:..3",
        "either": "kick , snare size-",
        "two words": "kick",
        "long": "duration- @short",
        "short": "name+ -loop",
        "nothing": "",
    }
)

FORMS: list[tuple[str, Expr]] = [
    ("", And(())),
    (" \t\n", And(())),
    ("*", Everything()),
    ("kick", KICK),
    ("kick  snare", And((KICK, SNARE))),
    ('"two words"', Phrase("two words")),
    ('"say ""hi"""', Phrase('say "hi"')),
    ("^kick", Not(KICK)),
    ("!kick", Not(KICK)),
    ('^"two words"', Not(Phrase("two words"))),
    ("^^kick", Not(Word("^kick"))),
    ("^* ^,", And((Not(Word("*")), Not(Word(","))))),
    ("^is:dup", Not(Flag(("dup",)))),
    ("kick , snare", Or((KICK, SNARE))),
    ("kick loud , snare , *", Or((And((KICK, Word("loud"))), SNARE, Everything()))),
    ("kick,snare", Word("kick,snare")),
    ('12" mix', And((Word('12"'), Word("mix")))),
    ("Artist - Title", And((Word("Artist"), Word("-"), Word("Title")))),
    ("12:30", Word("12:30")),
    ("me@home a=b C+ x<y", And((Word("me@home"), Word("a=b"), Word("C+"), Word("x<y")))),
    ("^name+", Not(Word("name+"))),
    ("\udcff\ud800", Word("\ufffd\ufffd")),
    ("format:wav", OneOf("format", ("wav",))),
    ("FORMAT:.WAVE,Flac", OneOf("format", ("wave", "flac"))),
    ("category:Drums,fx", OneOf("category", ("drums", "fx"))),
    ("source:sfx-1", OneOf("source", ("sfx-1",))),
    ('name:"a, b",c"d', OneOf("name", ("a, b", 'c"d'))),
    ("path:C:\\Sounds dir:/kicks/", And((OneOf("path", ("C:\\Sounds",)), OneOf("dir", ("/kicks/",))))),
    ("is:dup,Marked", Flag(("dup", "marked"))),
    ("label:Speech", HasLabel((LabelValue("Speech"),))),
    ('label:"Bass drum",Hum', HasLabel((LabelValue("Bass drum"), LabelValue("Hum")))),
    ("label:Speech:0.5..", HasLabel((LabelValue("Speech", Range("..", Number(5, -1), None)),))),
    ('label:"A, B":<.5', HasLabel((LabelValue("A, B", Range("<", None, Number(5, -1))),))),
    ("duration:..3", Compare("duration", (Range("..", None, THREE),))),
    ("duration:1..", Compare("duration", (Range("..", ONE, None),))),
    ("duration:1..3", Compare("duration", (Range("..", ONE, THREE),))),
    ("duration:>=1,<3", Compare("duration", (Range(">=", ONE, None), Range("<", None, THREE)))),
    ("duration>=1", Compare("duration", (Range(">=", ONE, None),))),
    ("duration<=3", Compare("duration", (Range("<=", None, THREE),))),
    ("Copies=3", Compare("copies", (Range("=", THREE, THREE),))),
    ('id:"3"', Compare("id", (Range("=", THREE, THREE),))),
    ("modified:2019-05..-2w", Compare("modified", (Range("..", Day(2019, 5), Ago(2, "w")),))),
]


@pytest.mark.parametrize(("text", "expected"), FORMS, ids=[text for text, _ in FORMS])
def test_forms(text: str, expected: Expr) -> None:
    assert parse(text) == Query(expected)


def test_a_dash_negates_only_where_it_may() -> None:
    assert parse("-kick", dash=True) == parse("^kick")
    assert parse("--kick - -1", dash=True).expr == And((Not(Word("-kick")), Word("-"), Not(Word("1"))))
    assert parse("pre-kick modified:-2w..").expr != And(())


def test_sort_words() -> None:
    query = parse("name+ kick DURATION- size+ name-")
    assert query == Query(KICK, (Sort("name", False), Sort("duration", True), Sort("size", False)))
    assert [(each.start, each.end) for each in query.sort] == [(0, 5), (11, 20), (21, 26)]
    assert parse("rate-") == Query(And(()), (Sort("rate", True),))


@pytest.mark.parametrize("key", SORT_NAMES)
def test_every_sort_word_exists(key: str) -> None:
    assert parse(f"{key}+ kick").sort == (Sort(key, False),)
    assert unparse(parse(f"{key}- kick")) == f"kick {key}-"


def test_saved_queries() -> None:
    chops = parse("vox chop duration:..3").expr
    assert parse("@chops dark", SAVED).expr == And((Saved("chops", chops), Word("dark")))
    assert parse('^@"two words"', SAVED).expr == Not(Saved("two words", KICK))
    assert unparse(parse('@"two words" @chops', SAVED)) == '@"two words" @chops'
    assert parse("x @either", SAVED).expr == And((Word("x"), Saved("either", Or((KICK, SNARE)))))


def test_what_is_written_sorts_before_what_is_saved() -> None:
    assert parse("@either name+", SAVED).sort == (Sort("name", False), Sort("size", True))
    assert parse("@either size+", SAVED).sort == (Sort("size", False),)
    assert parse("@long @either", SAVED).sort == (Sort("duration", True), Sort("name", False), Sort("size", True))
    assert parse("^@either kick", SAVED).sort == ()


def test_places() -> None:
    query = parse('  kick , ^"a b" name:x,"y z"  ')
    assert isinstance(query.expr, Or)
    assert (query.expr.start, query.expr.end) == (2, 28)
    kick, group = query.expr.alternatives
    assert (kick.start, kick.end) == (2, 6)
    assert isinstance(group, And)
    assert [(term.start, term.end) for term in group.terms] == [(9, 15), (16, 28)]


def test_what_comes_from_a_saved_query_has_the_place_of_its_name() -> None:
    saved = parse("dark @long", SAVED).expr
    assert isinstance(saved, And)
    outer = saved.terms[1]
    assert isinstance(outer, Saved)
    assert isinstance(outer.expr, Saved)
    places = {(each.start, each.end) for each in (outer, outer.expr, outer.expr.expr)}
    assert places == {(5, 10)}
    assert {(each.start, each.end) for each in parse("dark @long", SAVED).sort} == {(5, 10)}


def test_as_many_terms_as_may_be() -> None:
    query = parse("a " * MOST_TERMS)
    assert len(list(words_of(query.expr))) == MOST_TERMS


@pytest.mark.parametrize(
    ("text", "empty"),
    [("", True), ("name+", True), ("@nothing", True), ("*", False), ("^x", False), ("x , @nothing", True)],
)
def test_empty(text: str, empty: bool) -> None:
    assert is_empty(parse(text, SAVED).expr) is empty


def test_narrowed() -> None:
    assert narrowed(parse("a , b name+"), parse("format:wav size-")) == parse("a format:wav , b format:wav name+ size-")
    assert narrowed(parse(""), parse("id:1")) == parse("id:1")
    assert narrowed(parse("a size+"), parse("size-")) == parse("a size+")
    assert narrowed(parse(""), parse("")) == parse("")


def test_the_table_of_fields_is_true() -> None:
    names = [each.name for each in fields()]
    assert len(set(names)) == len(names)
    for each in fields():
        term = parse(each.example).expr
        assert isinstance(term, (OneOf, Compare, HasLabel, Flag)), each.example
        assert isinstance(term, Compare) is (each.kind in RANGED)
        assert unparse(Query(term)).startswith(f"{each.name}:")
        assert each.help
        assert field_named(each.name.upper()) is each
    assert set(SYNONYMS).isdisjoint(names)
    assert set(SYNONYMS.values()) <= set(names)
    assert all(parse(f"is:{name}").expr == Flag((name,)) for name in FLAG_NAMES)
