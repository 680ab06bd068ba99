"""Random catalogs with everything that a query can ask for, and what each audio file is, told in plain Python."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from ctk_tui.catalog import derive, migrations
from ctk_tui.catalog.connection import Database
from ctk_tui.model.audio import Tags
from ctk_tui.model.query.subject import QuerySubject, SubjectPath
from ctk_tui.model.text import display, search_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SOURCES = {"a": (b"/a", True), "k": (b"/K\xc3\xa9", True), "b/": (b"/a/b", False)}
"""Name to root, and whether it is online."""


@dataclass(frozen=True)
class Somewhere:
    """One path of an audio file."""

    source: str
    rel: bytes
    state: str
    mtime_ns: int
    protected: bool
    cloud: bool


@dataclass(frozen=True)
class Audio:
    """One audio file."""

    paths: tuple[Somewhere, ...]
    size: int
    added_at: float
    tags: Tags
    labels: Mapping[str, float]
    category: str | None
    confidence: float | None
    format: str | None
    duration: float | None
    rate: int | None
    channels: int | None
    bits: int | None
    error: str | None
    marked: bool


words = st.sampled_from(
    [
        "kick",
        "Kick",
        "ki",
        "k",
        "snare",
        "É",
        "e\u0301",
        "ß",
        "鼓",
        "😀",
        "1",
        "120",
        "a",
        "\xff\xfe",
        "_",
        "-",
        " ",
        ".",
        "&",
        "\n",
    ]
)
names = st.lists(words, min_size=1, max_size=4).map("".join)
folders = st.lists(names, max_size=2).map(lambda parts: "".join(f"{part}/" for part in parts))
rels = st.tuples(folders, names, st.sampled_from(["", ".wav", ".WAV", ".mp3"])).map(
    lambda parts: as_bytes("".join(parts))
)
somewhere = st.builds(
    Somewhere,
    source=st.sampled_from(sorted(SOURCES)),
    rel=rels,
    state=st.sampled_from(["present", "present", "present", "missing", "quarantined"]),
    mtime_ns=st.sampled_from([0, 1_550_000_000_123_456_789, 1_600_000_000_000_000_000]),
    protected=st.booleans(),
    cloud=st.booleans(),
)
audio = st.builds(
    Audio,
    paths=st.lists(somewhere, max_size=3).map(tuple),
    size=st.integers(0, 3),
    added_at=st.sampled_from([0.0, 1.55e9, 1.6e9]),
    tags=st.sampled_from([Tags(), Tags(title="Kick\nab"), Tags(comment="é/0", artist="nul\0kick")]),
    labels=st.dictionaries(
        st.sampled_from(["Speech", "Bass drum", "Kick", "A"]), st.sampled_from([0.1, 0.5, 0.9]), max_size=2
    ),
    category=st.sampled_from([None, "drums", "vocal"]),
    confidence=st.sampled_from([None, 0.0, 0.5, 1.0]),
    format=st.sampled_from([None, "wav", "mp3"]),
    duration=st.sampled_from([None, 0.0, 0.5, 1.0, 2.0]),
    rate=st.sampled_from([None, 44_100, 48_000]),
    channels=st.sampled_from([None, 1, 2]),
    bits=st.sampled_from([None, 16, 24]),
    error=st.sampled_from([None, None, "broken"]),
    marked=st.booleans(),
)
catalogs = st.lists(audio, max_size=8)
steps = st.tuples(
    st.sampled_from(["place", "own", "delete", "state", "renew", "categorise", "label"]),
    st.integers(0, 20),
    somewhere,
    audio,
)


def as_bytes(name: str) -> bytes:
    """Return a name as a file system has it; \xff stands for a byte that is not UTF-8."""
    return b"\xff".join(part.encode() for part in name.split("\xff"))


def empty(path: Path) -> Database:
    """Return a catalog with the three sources and nothing in them."""
    database = Database(path)
    migrations.migrate(database, 0)
    with database.write() as connection:
        for number, (name, (root, online)) in enumerate(SOURCES.items(), 1):
            connection.execute(
                "INSERT INTO sources (id, name, root, root_text, position, online) VALUES (?, ?, ?, ?, ?, ?)",
                (number, name, root, display(root), number, online),
            )
        connection.execute("INSERT INTO volumes (id, identity) VALUES (1, 'v')")
    return database


def add(database: Database, files: Sequence[Audio]) -> list[int]:
    """Put audio files into a catalog as a scan does; paths that are taken are left out. Return their ids."""
    found = []
    with database.write() as connection:
        for one in files:
            [number] = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM audio").fetchone()
            _insert(connection, number, one)
            found.append(number)
        derive.refresh(connection, found)
    return found


def _insert(connection: Any, number: int, one: Audio) -> None:
    connection.execute(
        "INSERT INTO audio (id, fingerprint, size, format, duration, sample_rate, channels, bit_depth, title, artist,"
        " comment, error, added_at, scanned_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        (number, str(number), one.size, one.format, one.duration, one.rate, one.channels, one.bits, one.tags.title,
         one.tags.artist, one.tags.comment, one.error, one.added_at),
    )  # fmt: skip
    for at, path in enumerate(one.paths):
        put_path(connection, number, path, at)
    connection.executemany("INSERT INTO labels VALUES (?, ?, ?)", [(number, *each) for each in one.labels.items()])
    if one.category is not None:
        row = (number, one.category, one.confidence)
        connection.execute("INSERT INTO categories VALUES (?, ?, 'model', ?, 0)", row)
    if one.marked:
        connection.execute("INSERT INTO decisions VALUES (?, 'marked', '', 0)", (number,))


def put_path(connection: Any, audio_id: int, path: Somewhere, inode: int = 0, path_id: int | None = None) -> None:
    """Insert a row of paths, or say with `path_id` where one is now; nothing, where the name is taken."""
    source_id = list(SOURCES).index(path.source) + 1
    folder = path.rel.rpartition(b"/")[0]
    shown = display(path.rel)
    connection.execute(
        "INSERT OR IGNORE INTO folders (source_id, rel, display) VALUES (?, ?, ?)", (source_id, folder, display(folder))
    )
    tags = connection.execute("SELECT title, artist, comment, description FROM audio WHERE id = ?", (audio_id,))
    taken = connection.execute(
        "SELECT 1 FROM paths WHERE source_id = ? AND rel = ? AND state <> 'quarantined' AND id IS NOT ?",
        (source_id, path.rel, path_id),
    ).fetchone()
    if taken is not None and path.state != "quarantined":
        return
    row = (
        audio_id, source_id, source_id, folder, path.rel, shown, path.mtime_ns, inode, path.state, path.cloud,
        path.protected, search_text(shown, Tags(*tags.fetchone()).words()),
    )  # fmt: skip
    if path_id is None:
        connection.execute(
            "INSERT INTO paths (audio_id, source_id, folder_id, rel, display, size, mtime_ns, inode, volume_id, state,"
            " cloud, protected, first_seen, search) VALUES (?, ?, (SELECT id FROM folders WHERE source_id = ? AND"
            " rel = ?), ?, ?, 1, ?, ?, 1, ?, ?, ?, 0, ?)",
            row,
        )
    else:
        connection.execute(
            "UPDATE paths SET audio_id = ?, source_id = ?, folder_id = (SELECT id FROM folders WHERE source_id = ? AND"
            " rel = ?), rel = ?, display = ?, mtime_ns = ?, inode = ?, state = ?, cloud = ?, protected = ?, search = ?"
            " WHERE id = ?",
            (*row, path_id),
        )


_AUDIO = """
SELECT a.id, a.size, a.added_at, a.copies, a.format, a.duration, a.sample_rate AS rate, a.channels,
       a.bit_depth AS bits, a.state, a.error, c.category, c.confidence, a.primary_path,
       EXISTS (SELECT 1 FROM decisions d WHERE d.audio_id = a.id AND d.kind = 'marked') AS marked
FROM audio a LEFT JOIN categories c ON c.audio_id = a.id"""


@dataclass(frozen=True)
class Shown:
    """An audio file as the rows tell it, and its primary path."""

    subject: QuerySubject
    primary: SubjectPath | None
    primary_id: int


def told(database: Database) -> list[Shown]:
    """Return every audio file of the catalog, read the slow and simple way."""
    with database.read() as connection:
        cursor = connection.execute(_AUDIO)
        names_of_columns = [column[0] for column in cursor.description]
        return [_told(connection, dict(zip(names_of_columns, row, strict=True))) for row in cursor.fetchall()]


def _told(connection: Any, row: dict[str, Any]) -> Shown:
    state, error, marked, primary_id = (row.pop(name) for name in ("state", "error", "marked", "primary_path"))
    wanted = ("present", "present", "quarantined", "missing", "")[state]
    rows = connection.execute(
        "SELECT p.id, s.name, p.display, s.root_text || '/' || p.display, p.mtime_ns / 1e9, p.protected, p.cloud"
        " FROM paths p JOIN sources s ON s.id = p.source_id WHERE p.audio_id = ? AND p.state = ?",
        (row["id"], wanted),
    ).fetchall()
    paths = {
        number: SubjectPath(source, relative, absolute, modified, bool(protected), bool(cloud))
        for number, source, relative, absolute, modified, protected, cloud in rows
    }
    flags = {
        "dup": row["copies"] > 1 and error is None, "offline": state == 1, "missing": state == 3, "marked": marked,
        "quarantined": state == 2, "unclassified": row["category"] is None, "broken": error is not None,
    }  # fmt: skip
    tags = connection.execute("SELECT title, artist, comment, description FROM audio WHERE id = ?", (row["id"],))
    labels = dict(connection.execute("SELECT label, p FROM labels WHERE audio_id = ?", (row["id"],)).fetchall())
    subject = QuerySubject(
        **row, paths=tuple(paths.values()), tags=Tags(*tags.fetchone()).words(), labels=labels,
        flags=frozenset(name for name, on in flags.items() if on),
    )  # fmt: skip
    return Shown(subject, paths.get(primary_id), primary_id or 0)


def change(database: Database, step: tuple[str, int, Somewhere, Audio]) -> None:
    """Do to a catalog what a scan, a classifier or a user may do.

    Args:
        database: the catalog.
        step: what to do, to which row (counted around), and where new values come from.
    """
    what, at, path, one = step
    with database.write() as connection:
        rows = connection.execute("SELECT id, audio_id FROM paths ORDER BY id").fetchall()
        audio_ids = [row[0] for row in connection.execute("SELECT id FROM audio ORDER BY id")]
        if not rows or not audio_ids:
            return
        path_id, audio_id = rows[at % len(rows)]
        other = audio_ids[at % len(audio_ids)]
        if what == "place":
            put_path(connection, other, path, path_id=path_id)
        elif what == "own":
            source, rel, state = connection.execute(
                "SELECT s.name, p.rel, p.state FROM paths p JOIN sources s ON s.id = p.source_id WHERE p.id = ?",
                (path_id,),
            ).fetchone()
            put_path(connection, other, replace(path, source=source, rel=rel, state=state), path_id=path_id)
        elif what == "delete":
            connection.execute("DELETE FROM paths WHERE id = ?", (path_id,))
        elif what == "state":
            connection.execute("UPDATE OR IGNORE paths SET state = ? WHERE id = ?", (path.state, path_id))
        elif what == "renew":
            connection.execute(
                "UPDATE audio SET size = ?, duration = ?, format = ? WHERE id = ?",
                (one.size, one.duration, one.format, audio_id),
            )
        elif what == "categorise":
            connection.execute("DELETE FROM categories WHERE audio_id = ?", (audio_id,))
            if one.category is not None:
                row = (audio_id, one.category, one.confidence)
                connection.execute("INSERT INTO categories VALUES (?, ?, 'model', ?, 0)", row)
        elif what == "label":
            connection.execute("DELETE FROM labels WHERE audio_id = ?", (audio_id,))
            rows = [(audio_id, *each) for each in one.labels.items()]
            connection.executemany("INSERT INTO labels VALUES (?, ?, ?)", rows)
        derive.refresh(connection, [audio_id, other])
