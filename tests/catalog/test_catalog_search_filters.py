"""Filters and sorts answered from memory: all of them, on values at the very borders, against their Python meaning."""

from __future__ import annotations

import itertools
import math
import random
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog.search import filters, upkeep
from ctk_tui.catalog.search.searcher import Searcher
from ctk_tui.model.audio import Tags
from ctk_tui.model.query.meaning import matches
from ctk_tui.model.query.parse import parse
from ctk_tui.model.query.vocabulary import Vocabulary
from ctk_tui.model.text import folded, search_text
from tests.support.catalogs import SOURCES, Audio, Somewhere, add, empty, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.catalog.connection import Database
    from ctk_tui.catalog.search.evaluate import Evaluation
    from ctk_tui.catalog.search.filters import Answer
    from ctk_tui.model.query.nodes import Expr
    from tests.support.catalogs import Shown

NOW = 1_700_000_000.0
KNOWN = Vocabulary(saved={}, sources=list(SOURCES), formats=("wav", "mp3", "ogg"))
RANGES = ("{0}", "{0}..", "..{0}", ">{0}", "<{0}", ">={0}", "<={0}", "{0}..{0}", "0..{0}", "{0},1")
NUMBERS = [0.0, 0.3, 0.1 + 0.2, math.nextafter(1, 0), 1.0, math.nextafter(1, 2), 2.0]
"""Some differ by less than 15 digits tell."""
RANGED = [
    f"{field}:{form.format(bound)}"
    for field, bounds in {
        "duration": ("0.3", "1", "0", "90000"), "confidence": ("0.3", "1"), "size": ("2", "9T"),
        "rate": ("44100", "48000"), "added": ("2019-02-13", "2020"), "modified": ("2019-02-12", "2020"),
        "id": ("5", "41"), "copies": ("2",), "channels": ("2",), "bits": ("16",),
    }.items()
    for bound, form in itertools.product(bounds, RANGES)
    if not (field in {"added", "modified"} and form.endswith((",1", "0..{0}")))
]  # fmt: skip
NAMED = [
    "format:wav", "format:ogg", "format:mp3,ogg", "category:drums", "category:fx", "category:drums,vocal", 'source:"a"',
    'source:"b/"', 'source:"a","k"', "name:kick", 'name:"é"', "name:a/", "name:.wav", 'dir:"/"', "dir:kick",
    'dir:"kick/"', 'dir:"/a/"', "path:kick", "path:Kick/É", "path:a", "path:a/b/sna", 'path:"/a"', 'path:"/a/b"',
    'path:"/a/b/"', 'path:"/a/b/kick"', 'path:"/Ké/kick"', 'path:"/nowhere"', "label:speech", "label:speech:0.5..",
    "label:none", "label:speech:<0.5,kick", "is:dup", "is:offline", "is:missing", "is:quarantined", "is:protected",
    "is:cloud", "is:unclassified", "is:broken", "is:marked", "is:missing,quarantined", "is:offline,unclassified",
]  # fmt: skip
SORTS = [f"{key}{way}" for key in ("name", "duration", "size", "modified", "added", "path", "category", "confidence",
                                   "format", "rate") for way in "+-"]  # fmt: skip
NOT_IN_MEMORY = ("copies:", "channels:", "bits:", "is:protected", "is:cloud")


def one_audio(pick: random.Random) -> Audio:
    def path() -> Somewhere:
        folder = pick.choice(["", "", "a/", "a/b/", "Kick/", "kick/É/", "e\u0301/"])
        name = pick.choice(["kick", "Kick", "snare", "É", "e\u0301 kick", "\u0301x", "a.ogg"]) + str(pick.randrange(3))
        end = pick.choice([".wav", ".WAV", ".ogg", "", ".mp3"])
        return Somewhere(
            pick.choice(list(SOURCES)), f"{folder}{name}{end}".encode(),
            pick.choice(["present"] * 5 + ["missing", "quarantined"]),
            pick.choice([0, 1_550_000_000_123_456_789, 1_549_929_600_000_000_000, 1_600_000_000_000_000_000]),
            protected=pick.random() < 0.5, cloud=pick.random() < 0.5,
        )  # fmt: skip

    return Audio(
        paths=tuple(path() for _ in range(pick.choice([1, 1, 1, 2, 3]))), size=pick.randrange(4),
        added_at=pick.choice([0.0, 1_550_016_000.0, 1.55e9, 1.6e9]),
        tags=pick.choice([Tags(), Tags(title="kick"), Tags(comment="snare é")]),
        labels={name: pick.choice([0.1, 0.5, 0.9]) for name in ("Speech", "Kick") if pick.random() < 0.4},
        category=pick.choice([None, "drums", "vocal"]), confidence=pick.choice([None, *NUMBERS]),
        format=pick.choice([None, "wav", "mp3"]), duration=pick.choice([None, *NUMBERS]),
        rate=pick.choice([None, 44_100, 48_000]), channels=pick.choice([None, 1, 2]), bits=pick.choice([None, 16, 24]),
        error=pick.choice([None, None, "broken"]), marked=pick.random() < 0.3,
    )  # fmt: skip


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Make a catalog of which most is indexed, some changed since, and some is new."""
    pick = random.Random(11)
    database = empty(tmp_path_factory.mktemp("catalog") / "catalog.db")
    add(database, [one_audio(pick) for _ in range(100)])
    upkeep.catch_up(database)
    with database.write() as connection:
        rows = connection.execute(
            "SELECT p.id, f.display, a.title, a.artist, a.comment, a.description FROM paths p"
            " JOIN folders f ON f.id = p.folder_id JOIN audio a ON a.id = p.audio_id WHERE p.id % 4 = 1 AND p.id < 60"
        ).fetchall()
        for number, folder, *tags in rows:  # names that others have, of lower and of higher ids
            shown = f"{folder}/{pick.choice(['snare1', 'kick0'])}.wav".lstrip("/")
            row = (f"{number}".encode(), shown, search_text(shown, Tags(*tags).words()), number)
            connection.execute("UPDATE paths SET rel = ?, display = ?, search = ? WHERE id = ?", row)
    add(database, [one_audio(pick) for _ in range(25)])
    with database.write() as connection:
        upkeep._slice(connection, 12)  # some of the changed ones
    with database.write() as connection:
        connection.execute("UPDATE search_state SET mark = mark + 9")  # as between words and names
        for number, text in connection.execute(
            "SELECT id, search FROM paths, search_state WHERE id <= mark AND id > named"
        ).fetchall():
            upkeep._add(connection, [(number, text)])
    yield database
    database.close()


@pytest.fixture(scope="module")
def known(database: Database) -> list[Shown]:
    return told(database)


@pytest.fixture(scope="module")
def searcher(database: Database) -> Searcher:
    searcher = Searcher(database)
    searcher.prepare()
    return searcher


@pytest.mark.parametrize("form", ["{}", "^{}", "kick {}", "{} , snare", "size- {}"])
def test_filters(form: str, database: Database, searcher: Searcher, known: list[Shown]) -> None:
    for text in [form.format(each) for each in (*RANGED, *NAMED)]:
        query = parse(text, KNOWN)
        wanted = [one.subject.id for one in known if matches(query, one.subject, NOW)]
        assert sorted(searcher.ids(query, NOW).tolist()) == sorted(wanted), text
        assert searcher.first(query, NOW, 5).tolist() == searcher.ids(query, NOW).tolist()[:5], text


def test_which_filters_memory_answers(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Answer | None] = []
    real = filters.answer

    def spied(of: Evaluation, term: Expr) -> Answer | None:
        answers.append(real(of, term))
        return answers[-1]

    monkeypatch.setattr("ctk_tui.catalog.search.evaluate.answer", spied)
    for text in (*RANGED, *NAMED):
        answers.clear()
        searcher.ids(parse(text, KNOWN), NOW)
        assert all(found is None for found in answers) is text.startswith(NOT_IN_MEMORY), text


@pytest.mark.parametrize("first", SORTS)
def test_sorts(first: str, searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ones of an order that is not made yet are those of the whole order."""
    monkeypatch.setattr("ctk_tui.catalog.search.first.WALK", 10)
    for text in [first, *(f"{first} {second}" for second in SORTS if second[:-1] != first[:-1])]:
        for word in ("", "kick "):
            query = parse(word + text, KNOWN)
            early = {most: searcher.first(query, NOW, most).tolist() for most in (1, 7, 50, 500)}
            whole = searcher.ids(query, NOW).tolist()
            for most, ids in early.items():
                assert ids == whole[:most], (query, most)


def test_equal_names_are_one_step(database: Database, searcher: Searcher, known: list[Shown]) -> None:
    """Backwards by name, files of one name still stand by their paths, new ones and changed ones among the others."""
    names = {
        one.subject.id: (folded(one.primary.relative).rpartition("/")[2], one.primary_id)
        for one in known
        if one.primary is not None and not one.subject.flags & {"missing", "quarantined"}
    }
    wanted = sorted(names, key=lambda number: names[number][1])
    wanted.sort(key=lambda number: names[number][0], reverse=True)
    assert searcher.ids(parse("name-"), NOW).tolist() == wanted
    assert len({name for name, _ in names.values()}) < len(names)
