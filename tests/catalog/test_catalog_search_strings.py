"""Whatever is typed: the query's own error, or an answer; SQLite neither fails nor crashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctk_tui.catalog.search import upkeep
from ctk_tui.catalog.search.searcher import Searcher
from ctk_tui.model.audio import Tags
from ctk_tui.model.errors import QueryError
from ctk_tui.model.query.parse import parse
from ctk_tui.model.query.vocabulary import Vocabulary
from tests.support.catalogs import SOURCES, Audio, Somewhere, add, empty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.catalog.connection import Database

NOW = 1_700_000_000.0
KNOWN = Vocabulary(saved={"q": "kick , ^snare"}, sources=list(SOURCES), formats=("wav", "mp3"))


def _words(text: str) -> list[str]:
    return text.split()


PIECES = (
    *_words(""", \" \"\" ' '' ` % %% _ * ? [ ] ^ ! - -- / \\ ; ( ) { } + : @ @q # = .. < >= AND OR NOT NEAR NEAR( text:
    {text}: kick* ^kick kick ki k 120 a/ .wav rowid NULL --x /* */ name: dir: path: format: label: duration: size:
    modified: is: source: id: copies: 1:30 10M 2019-05.. -2w.. 1e309 99999999999999999999 nan inf dup name+ size-"""),
    *("\0", "\x1b", "\u202e", "\ufeff", "\ufffe", "\uffff", "\ufffd", "\ud800", "\udfff", "\udc80", "\u0301"),
    *("😀", "👩\u200d👩\u200d👧", "é", "e\u0301", "ß", "İ", "ﬀ", "鼓", " ", "  ", "\t", "\n", " , "),
    *("kick AND", '"kick" AND "12"', "text : kick", "'; DROP TABLE paths; --", "%' OR 1=1 --"),
)
characters = st.one_of(st.characters(), st.characters(codec="ascii"), st.sampled_from('"%_*^-:,@.()\0 '))
pieces = st.one_of(st.sampled_from(PIECES), st.text(characters, max_size=4))
short = st.lists(pieces, max_size=12).map("".join)
long = st.tuples(st.lists(pieces, min_size=1, max_size=8).map("".join), st.integers(1, 10_000)).map(
    lambda both: (both[0] * both[1])[:10_000]
)
strings = st.one_of(short, short, short, st.text(st.characters(), max_size=60), long)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Make a catalog with names of every kind, most of them indexed, some fresh, one changed since."""
    database = empty(tmp_path_factory.mktemp("catalog") / "catalog.db")
    names = [piece.encode("utf-8", "surrogateescape" if piece[:1] == "\udc80" else "replace") for piece in PIECES]
    names = [name.replace(b"\0", b"") for name in names]
    files = [
        Audio(
            paths=(Somewhere(list(SOURCES)[at % 3], b"kick/" + name + b" %d.wav" % at, state, at, at % 2 == 0, False),),
            size=at, added_at=1.6e9, tags=Tags(title=PIECES[-at].replace("\ud800", "").replace("\udfff", ""))
            if PIECES[-at].isprintable() else Tags(comment="nul\0kick"),
            labels={"Speech": 0.5} if at % 3 else {}, category=("drums", None)[at % 2], confidence=0.5, format="wav",
            duration=at / 10, rate=44_100, channels=1, bits=16, error=None, marked=False,
        )
        for at, (name, state) in enumerate(zip(names, ["present", "present", "missing", "present"] * 99, strict=False))
    ]  # fmt: skip
    add(database, files[:-9])
    upkeep.catch_up(database)
    add(database, files[-9:])
    with database.write() as connection:
        connection.execute("UPDATE paths SET search = search || '\nkick 120' WHERE id = 3")
    yield database
    database.close()


@pytest.fixture(scope="module")
def warm(database: Database) -> Searcher:
    searcher = Searcher(database)
    searcher.prepare()
    return searcher


def answered(database: Database, warm: Searcher, text: str, *, dash: bool) -> None:
    try:
        query = parse(text, KNOWN, dash=dash)
    except QueryError:
        return
    found = warm.ids(query, NOW).tolist()
    assert len(set(found)) == len(found)
    assert warm.first(query, NOW, 5).tolist() == found[:5]
    assert Searcher(database).ids(query, NOW).tolist() == found


@given(text=strings, dash=st.booleans())
@settings(max_examples=500)
def test_any_string_is_answered(database: Database, warm: Searcher, text: str, *, dash: bool) -> None:
    answered(database, warm, text, dash=dash)


@pytest.mark.soak
@pytest.mark.timeout(1800)  # a minute where nothing else runs
@given(text=strings, dash=st.booleans())
@settings(max_examples=10_000)
def test_ten_thousand_strings_are_answered(database: Database, warm: Searcher, text: str, *, dash: bool) -> None:
    answered(database, warm, text, dash=dash)


LARGE = {
    "one word": "x" * 10_000,
    "one phrase": '"' + "ki 120" * 1600 + '"',
    "emoji": "😀" * 10_000,
    "short words": " ".join(["k"] * 499),
    "words": " ".join(f"word-of-some-length-{number}" for number in range(499)),
    "words that are not there": " ".join(f"^word-of-some-length-{number}" for number in range(499)),
    "one of many": " , ".join(["kick"] * 499),
    "two of many": " , ".join(["ki ^k duration:1.."] * 166),
    "values": "id:" + ",".join(map(str, range(499))),
    "saved": "@q " * 160,
    "too many": " ".join(["k"] * 5000),
}


@pytest.mark.parametrize("name", LARGE)
def test_ten_kilobytes(database: Database, warm: Searcher, name: str) -> None:
    answered(database, warm, LARGE[name], dash=False)


@pytest.mark.parametrize("words", ["ki 120", "ki kick", "k 1", "% _", "zz 12", "^ki 120"])
def test_two_short_words_which_crash_sqlite_where_like_is_asked_of_the_index(
    database: Database, warm: Searcher, words: str
) -> None:
    answered(database, warm, words, dash=False)
