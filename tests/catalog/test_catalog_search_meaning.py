"""What SQL and the index find is what Python matches, on random catalogs, indexed, half indexed and not indexed."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctk_tui.catalog.search import cold, evaluate, first, innames, leaves, ranking, upkeep
from ctk_tui.catalog.search.check import check as problems
from ctk_tui.catalog.search.leaves import labels
from ctk_tui.catalog.search.meaning import SHOWN, Condition, add_functions, hides
from ctk_tui.catalog.search.searcher import Searcher
from ctk_tui.model.errors import QueryError
from ctk_tui.model.query.meaning import matches
from ctk_tui.model.query.parse import parse
from ctk_tui.model.query.vocabulary import Vocabulary
from ctk_tui.model.query.words import in_name, words_of
from ctk_tui.model.text import folded
from tests.support.catalogs import SOURCES, Audio, Shown, Somewhere, add, audio, catalogs, change, empty, steps, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.catalog.connection import Database
    from ctk_tui.model.query.nodes import Query, Sort

NOW = 1_700_000_000.0
KNOWN = Vocabulary(saved={"q": "kick , ^snare", "r": "@q ki size+"})
texts = st.sampled_from(
    ["kick", "KICK", "ki", "k", "a", "kic", "snare", "é", "ß", "ss", "鼓", "1", "12", "120", "&", "_", "a/", "😀",
     "speech", "drum", "bass drum", "sp", "\ufffd", "nul\0k", "kick.wav", "k.", "ick\nab", ".wav", "/k", "kkkk"]
)  # fmt: skip
quoted = texts.map(lambda text: '"' + text.replace('"', '""') + '"')
values = st.one_of(
    st.tuples(st.sampled_from(["name", "dir", "path"]), quoted),
    st.tuples(st.just("path"), st.sampled_from(["/a", '"/Ké/"', "/a/b/kick", '"/K"'])),
    st.tuples(st.just("source"), st.sampled_from(sorted(SOURCES)).map('"{}"'.format)),
    st.tuples(st.just("format"), st.sampled_from(["wav", "mp3", "flac"])),
    st.tuples(st.just("category"), st.sampled_from(["drums", "vocal", "fx"])),
    st.tuples(st.just("label"), st.sampled_from(["speech", '"BASS drum":0.5..', "a:<0.5", "Kick:..0.1", "none"])),
    st.tuples(st.just("is"), st.sampled_from(["dup", "offline", "missing", "quarantined", "protected", "cloud",
                                              "unclassified", "broken", "marked"])),
    st.tuples(st.sampled_from(["duration", "confidence"]), st.sampled_from(["0", "0.5..", "..1", ">1", "0.5..1"])),
    st.tuples(st.sampled_from(["rate", "channels", "bits", "size", "copies", "id"]),
              st.sampled_from(["1", "2..", "..44100", ">16", "0", "99999999999999999999T.."])),
    st.tuples(st.sampled_from(["modified", "added"]), st.sampled_from(["2019", "..2019-02-13", "-10y..", ">2020"])),
)  # fmt: skip
fields = st.tuples(values, values).map(lambda pair: f"{pair[0][0]}:{pair[0][1]}") | values.map(":".join)
bare = texts.filter(lambda text: not set(' \n"') & set(text))
terms = st.one_of(bare, quoted, fields, st.sampled_from(["*", "@q", "@r"]))
negatable = st.tuples(st.sampled_from(["", "", "^"]), terms).map("".join)
groups = st.lists(negatable, min_size=1, max_size=4).map(" ".join)
sorts = st.lists(
    st.tuples(
        st.sampled_from(["name", "duration", "size", "modified", "added", "path", "category", "confidence", "format",
                         "rate"]),
        st.sampled_from("+-"),
    ).map("".join),
    max_size=3, unique_by=lambda word: word[:-1],
)  # fmt: skip
query_texts = st.tuples(st.lists(groups, max_size=3).map(" , ".join), sorts.map(" ".join)).map(" ".join)


def readable(text: str) -> Query | None:
    try:
        return parse(text, KNOWN)
    except QueryError:
        return None


queries = query_texts.map(readable).filter(lambda query: query is not None)


def plain_sql(database: Database, query: Query) -> list[int]:
    with database.read() as connection:
        add_functions(connection)
        condition = Condition(NOW, labels(connection))
        sql = condition.sql(query.expr)
        rows = connection.execute(
            f"SELECT DISTINCT a.id FROM audio a JOIN paths p ON p.audio_id = a.id AND {SHOWN.format('p')}"
            f" WHERE {hides(query)} AND {sql} ORDER BY a.id",
            condition.values,
        ).fetchall()
    return [row[0] for row in rows]


def in_order(files: list[Shown], query: Query) -> list[int]:
    """Return the ids of these audio files as the query sorts them, by Python's own sort."""
    files = sorted(files, key=lambda one: (name(one), one.primary_id))
    for sort in reversed(query.sort):
        known = [one for one in files if value(one, sort) is not None]
        known.sort(key=lambda one: value(one, sort), reverse=sort.descending)  # type: ignore[arg-type,return-value]
        files = known + [one for one in files if value(one, sort) is None]
    if not query.sort and next(words_of(query.expr), None) is not None:
        files.sort(key=lambda one: not in_name(query.expr, name(one)))
    return [one.subject.id for one in files]


def name(one: Shown) -> str:
    assert one.primary is not None
    return folded(one.primary.relative).rpartition("/")[2]


def value(one: Shown, sort: Sort) -> object:
    assert one.primary is not None
    subject = one.subject
    folder = f"{one.primary.absolute.removesuffix(one.primary.relative)}{one.primary.folder}"
    return {
        "name": name(one),
        "duration": subject.duration,
        "size": subject.size,
        "modified": one.primary.modified_at,
        "added": subject.added_at,
        "path": tuple(folded(folder).rstrip("/").split("/")),
        "category": subject.category,
        "confidence": subject.confidence,
        "format": subject.format,
        "rate": subject.rate,
    }[sort.key]


def check(database: Database, query: Query, searcher: Searcher | None = None, *, prepared: bool = False) -> None:
    files = [one for one in told(database) if matches(query, one.subject, NOW)]
    assert plain_sql(database, query) == sorted(one.subject.id for one in files)
    wanted = in_order(files, query)
    searcher = searcher or Searcher(database)
    if prepared:
        searcher.prepare()
    early = searcher.first(query, NOW, 2).tolist()  # what it knows may be old, but nothing else is shown
    assert set(early) <= set(wanted)
    assert len(early) == min(2, len(wanted))
    assert searcher.ids(query, NOW).tolist() == wanted
    for most in (1, 3):
        assert searcher.first(query, NOW, most).tolist() == wanted[:most]


# Every number that chooses between two ways to the same answer, so that small catalogs go both.
WAYS: dict[tuple[object, str], list[Any]] = {
    (evaluate, "LEAST"): [0, 500],
    (evaluate, "FEW"): [0, 8, 10**9],
    (innames, "FEW"): [0, 16, 10**9],
    (ranking, "FEW"): [0, 10**9],
    (evaluate, "LOOK"): [-1, 10_000],
    (cold, "SMALL"): [-1, 1, 30_000],
    (cold, "FEW"): [-1, 3000],
    (first, "FAST"): [-1, 20_000],
    (first, "LOOK"): [-1, 10_000],
    (first, "WALK"): [2, 3000],
    (first, "STEPS"): [(1, 2), (200, 800)],
    (first, "NAMES"): [(1, 2), (4000, 40_000)],
    (ranking, "STEPS"): [(1, 2), (500, 5000)],
    (leaves, "COMMON"): [1, 20_000],
    (leaves, "MOST_WORDS"): [1, 8],
}
ways = st.tuples(*(st.sampled_from(numbers) for numbers in WAYS.values()))


@contextlib.contextmanager
def going(way: tuple[object, ...]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for (module, constant), number in zip(WAYS, way, strict=True):
            patch.setattr(module, constant, number)
        if way[-1] == 1:
            patch.setattr(evaluate, "MOST_WORDS", 1)
        yield


@given(
    before=catalogs,
    after=catalogs,
    asked=st.lists(queries, min_size=1, max_size=5),
    way=ways,
    prepared=st.booleans(),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_index_and_sql_find_what_python_matches(
    before: list[Audio],
    after: list[Audio],
    asked: list[Query],
    way: tuple[object, ...],
    prepared: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    database = empty(tmp_path_factory.mktemp("catalog") / "catalog.db")
    searcher = Searcher(database)
    with going(way):
        add(database, before)
        for query in asked:
            check(database, query, prepared=prepared)
        upkeep.catch_up(database)
        add(database, after)
        for query in asked:
            check(database, query, searcher, prepared=prepared)
        upkeep.catch_up(database)
        for query in asked:
            check(database, query, searcher, prepared=prepared)
    database.close()


@given(
    files=st.lists(audio, min_size=1, max_size=8),
    changes=st.lists(st.one_of(steps, audio, st.integers(0, 3)), max_size=8),
    asked=st.lists(queries, min_size=1, max_size=3),
    way=ways,
    prepared=st.booleans(),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_searcher_that_knows_the_catalog_sees_what_changed(
    files: list[Audio],
    changes: list[tuple[str, int, Somewhere, Audio] | Audio | int],
    asked: list[Query],
    way: tuple[object, ...],
    prepared: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    database = empty(tmp_path_factory.mktemp("catalog") / "catalog.db")
    searcher = Searcher(database)
    add(database, files)
    with going(way):
        change_and_check(database, searcher, changes, asked, prepared=prepared)
    database.close()


def change_and_check(
    database: Database,
    searcher: Searcher,
    changes: list[tuple[str, int, Somewhere, Audio] | Audio | int],
    asked: list[Query],
    *,
    prepared: bool,
) -> None:
    upkeep.catch_up(database)
    for query in asked:
        check(database, query, searcher, prepared=prepared)
    for each in changes:
        if isinstance(each, tuple):
            change(database, each)
        elif isinstance(each, Audio):
            add(database, [each])
        elif each:
            with database.write() as connection:
                upkeep._slice(connection, each)
        else:
            upkeep.catch_up(database)
        for query in asked:
            check(database, query, searcher, prepared=prepared)
        assert problems(database) == []
