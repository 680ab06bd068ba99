"""The SQL meaning of a query is its Python meaning, on real catalogs with hostile names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctk_tui.catalog.finding import find
from ctk_tui.model.audio import Tags
from ctk_tui.model.query.meaning import matches
from ctk_tui.model.query.parse import parse
from ctk_tui.model.query.subject import QuerySubject, SubjectPath
from ctk_tui.model.query.vocabulary import Vocabulary
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.catalog.connection import Connection

NOW = 1_700_000_000.0
NAMES = [
    "Kick 01 (deep).wav", "kick_02.WAV", "packs/Übung/Überkick.wav", "packs/U\u0308bung/nfd.wav",
    "packs/100%_snare.wav", 'packs/quo"te\'; DROP TABLE audio.wav', "packs/new\nline.wav", "vox/ah [bold].wav",
    "vox/oh 🎤 120.mp3", "a/b/c.wav", "ka.wav", "vox/straße.wav", "vox/ﬁne.wav", "one-shot.k.wav", "İstanbul.wav",
]  # fmt: skip
TERMS = [
    "kick", "KICK", "ki", "k", "ka", "01", "ü", "über", "ubung", "strasse", "fine", "%", "_", "100%", 'quo""te',
    "'", '"new\nline"', "[bold]", "🎤", "zzz", "speech", "sp", "istanbul", "i", "format:wav", "format:mp3,flac",
    "category:drums", "category:vocal,fx", "confidence:0.5..", "source:one", "source:two,one", "label:Speech",
    "label:Speech:0.5..", "path:packs", "path:/", "name:kick", "name:.wav", "dir:/vox/", "dir:pack",
    "duration:..0.01", "duration:1..2", "rate:44100", "channels:1", "bits:16", "size:..900", "size:>=850",
    "modified:2020", "modified:2020-09..", "modified:-9000d..", "added:..2030", "copies:2..", "copies:1", "id:1",
    "id:1,2,3", "is:dup", "is:missing", "is:offline", "is:broken", "is:unclassified", "is:marked", "is:quarantined",
    "is:protected", "is:dup,missing", "*", "@chops",
]  # fmt: skip
KNOWN = {"chops": "vox ^oh , kick is:dup"}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Two sources with copies, one of them offline in the end, a missing file, labels, categories and marks."""
    folder = tmp_path_factory.mktemp("query")
    library = Library(folder / "ctk", {"one": folder / "one", "two": folder / "two", "away": folder / "away"})
    for at, name in enumerate(NAMES):
        put(folder / "one" / name, wav(at, frames=400 + 3 * at))
    for at in (0, 3, 5):
        put(folder / "two" / f"copy {at}.wav", wav(at, frames=400 + 3 * at))
    put(folder / "two" / "broken kick.wav", b"garbage " * 50)
    put(folder / "two" / "gone snare.wav", wav(99))
    put(folder / "away" / "unplugged kick.wav", wav(77))
    library.scan()
    (folder / "two" / "gone snare.wav").unlink()
    (folder / "away").rename(folder / "unplugged")
    library.scan()
    library.toolkit.sources.look_around()
    with library.toolkit.database.write() as connection:
        _decide(connection)
    return library


def _decide(connection: Connection) -> None:
    connection.execute("INSERT INTO labels VALUES (1, 'Speech', 0.7), (1, 'Kick drum', 0.2), (4, 'Speech', 0.3)")
    connection.execute("INSERT INTO categories VALUES (1, 'drums', 'model', 0.8, 0), (2, 'vocal', 'user', NULL, 0)")
    connection.execute("INSERT INTO decisions VALUES (3, 'marked', '', 0)")
    connection.execute("UPDATE paths SET protected = 1 WHERE audio_id = 5")
    connection.execute("UPDATE audio SET title = 'Deep Snare' WHERE id = 6")
    connection.execute("UPDATE paths SET search = search || char(10) || 'deep snare' WHERE audio_id = 6")


def subjects(library: Library) -> list[QuerySubject]:
    """Return every audio file as the catalog's rows tell it, read the slow and simple way."""
    with library.toolkit.database.read() as connection:
        rows = connection.execute(
            "SELECT a.id, a.size, a.added_at, a.copies, a.title, a.format, a.duration, a.sample_rate, a.channels,"
            " a.bit_depth, a.state, a.error, c.category, c.confidence FROM audio a"
            " LEFT JOIN categories c ON c.audio_id = a.id"
        ).fetchall()
        return [_subject(connection, row) for row in rows]


def _subject(connection: Connection, row: tuple[object, ...]) -> QuerySubject:
    (audio_id, size, added, copies, title, name, duration, rate, channels, bits, state, error, category, sure) = row
    wanted = {0: "present", 1: "present", 2: "quarantined", 3: "missing"}[int(str(state))]
    paths = connection.execute(
        "SELECT s.name, p.display, s.root_text || '/' || p.display, p.mtime_ns, p.protected, p.cloud FROM paths p"
        " JOIN sources s ON s.id = p.source_id WHERE p.audio_id = ? AND p.state = ?",
        (audio_id, wanted),
    ).fetchall()
    labels = dict(connection.execute("SELECT label, p FROM labels WHERE audio_id = ?", (audio_id,)).fetchall())
    marked = connection.execute(
        "SELECT 1 FROM decisions WHERE audio_id = ? AND kind = 'marked'", (audio_id,)
    ).fetchone()
    flags = {
        "dup": int(str(copies)) > 1 and error is None,
        "offline": state == 1,
        "quarantined": state == 2,
        "missing": state == 3,
        "unclassified": category is None,
        "broken": error is not None,
        "marked": marked is not None,
    }
    return QuerySubject(
        id=audio_id,  # type: ignore[arg-type]
        paths=tuple(SubjectPath(s, rel, whole, ns / 1e9, bool(p), bool(c)) for s, rel, whole, ns, p, c in paths),
        size=size,  # type: ignore[arg-type]
        added_at=added,  # type: ignore[arg-type]
        copies=copies,  # type: ignore[arg-type]
        tags=Tags(title=str(title)).words(),
        labels=labels,
        category=category,  # type: ignore[arg-type]
        confidence=sure,  # type: ignore[arg-type]
        format=name,  # type: ignore[arg-type]
        duration=duration,  # type: ignore[arg-type]
        rate=rate,  # type: ignore[arg-type]
        channels=channels,  # type: ignore[arg-type]
        bits=bits,  # type: ignore[arg-type]
        flags=frozenset(flag for flag, on in flags.items() if on),
    )


terms = st.tuples(st.sampled_from(["", "", "", "^"]), st.sampled_from(TERMS)).map("".join)
alternatives = st.lists(st.lists(terms, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=3).map(" , ".join)
queries = st.tuples(alternatives, st.sampled_from(["", " name-", " duration+ path-", " confidence- rate+"])).map(
    "".join
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=queries)
def test_sql_finds_what_python_matches(catalog: Library, text: str) -> None:
    query = parse(text, _known())
    found = find(catalog.toolkit.database, query, NOW)
    wanted = {subject.id for subject in subjects(catalog) if matches(query, subject, NOW)}
    assert len(found) == len(set(found))
    assert set(found) == wanted


def _known() -> Vocabulary:
    return Vocabulary(saved=KNOWN)


def test_hits_in_the_name_come_first(tmp_path: Path) -> None:
    library = Library(tmp_path / "ctk", {"one": tmp_path / "one"})
    for at, name in enumerate(["kicks/a.wav", "z kick.wav", "b kick.wav"]):
        put(tmp_path / "one" / name, wav(at))
    library.scan()
    found = library.toolkit.catalog.search("kick")
    names = [os.path.basename(entry.path) for entry in library.toolkit.catalog.entries(found)]
    assert names == [b"b kick.wav", b"z kick.wav", b"a.wav"]
    library.close()


@pytest.mark.parametrize(
    "text", ['"', "%", "_", "* AND", 'a" OR "b', "\0", "NEAR(", "🎤" * 50, "(", "x" * 10_000, "'; --"]
)
def test_whatever_is_typed_is_an_answer_or_a_query_error(catalog: Library, text: str) -> None:
    from ctk_tui.model.errors import QueryError

    try:
        query = catalog.toolkit.catalog.parse(text)
    except QueryError:
        return
    find(catalog.toolkit.database, query, NOW)
