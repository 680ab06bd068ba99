"""A catalog of sample-pack files that do not exist, of any size, through ctk's own schema: what bench.search asks."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ctk_tui.catalog import migrations
from ctk_tui.catalog.connection import Database
from ctk_tui.model.text import search_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _words(text: str) -> list[str]:
    return text.split()


VENDORS = _words(
    "Samplephonics Loopmasters Splice Vengeance Cymatics Ghosthack Producerloops Function Primeloops Zenhiser"
)
STYLES = _words("House Techno Ambient Trap DnB Dubstep Garage Lofi Cinematic Funk Disco Jungle Grime Soul Trance")
KINDS = _words("Drums Kicks Claps Hats Bass Leads Pads Chords Vocals FX Foley Risers Loops Oneshots Guitars Keys")
ADJECTIVES = _words("dark warm bright dusty vinyl deep hard soft fat thin wet dry wide tight dirty clean lush cold")
NOUNS = _words(
    "kick clap hat bass lead pad chord vox riser impact loop stab pluck bell string brass tom rim perc shaker crash "
    "ride sub drone sweep noise glitch arp melody guitar piano organ flute choir breath door rain wind metal wood"
)
KEYS = _words("A Am B Bm C Cm D Dm E Em F Fm G Gm Csharp Fsharp")
EXTENSIONS = (("wav", 0.62), ("mp3", 0.15), ("flac", 0.10), ("aif", 0.08), ("ogg", 0.05))

SHARES = (0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 20, 50, 75)
"""Percent of the rows in which each of the words below stands, as near as chance and other words let it."""
PLANTED = {
    3: _words("zqx jyv qoz vuh gyq kuz wyx yul ezu owq uhx"),
    5: _words("zebqu jovik quazy vihox gyzor kuvex wixum yojel ezqui owvik uhzaq"),
}
EVERYWHERE = "Library"
"""The folder that everything lies in."""
ROWS = 20_000
"""Rows a transaction: this is a fixture, nobody waits for the catalog meanwhile."""


def names(rows: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Yield (folder, file name) of as many files, in the order in which a scan meets them: folder by folder."""
    pick = random.Random(seed)
    number = 0
    while number < rows:
        vendor, style, kind = pick.choice(VENDORS), pick.choice(STYLES), pick.choice(KINDS)
        folder = f"{EVERYWHERE}/{vendor}/{vendor}_{style}_{pick.randrange(1, 60):02}/{kind}"
        # Half of the planted words name folders, as words of packs do; the other half stands in file names.
        folder += "".join(
            f" {word}"
            for words in PLANTED.values()
            for word, share in zip(words, SHARES, strict=True)
            if pick.random() < share / 200
        )
        for _ in range(min(pick.randrange(20, 120), rows - number)):
            planted = "".join(
                f"_{word}"
                for words in PLANTED.values()
                for word, share in zip(words, SHARES, strict=True)
                if pick.random() < share / 200
            )
            kind_of_file = pick.choices([name for name, _ in EXTENSIONS], [share for _, share in EXTENSIONS])[0]
            start = f"{pick.choice(ADJECTIVES).title()}_{pick.choice(NOUNS)}{planted}"
            end = f"{pick.randrange(60, 180)}_{pick.choice(KEYS)}_{pick.randrange(1, 400):03}.{kind_of_file}"
            yield folder, f"{start}_{end}"
            number += 1


_AUDIO = """
INSERT INTO audio (id, fingerprint, size, format, duration, sample_rate, channels, bit_depth, added_at, scanned_at,
                   primary_path) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_PATH = """
INSERT INTO paths (id, audio_id, source_id, folder_id, rel, display, size, mtime_ns, inode, volume_id, first_seen,
                   search) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, 1, ?, ?)"""
_CATEGORY = "INSERT INTO categories (audio_id, category, source, confidence, set_at) VALUES (?, ?, 'model', ?, 0)"
CATEGORIES = ("drums", "synth", "vocal", "bass", "guitar", "fx", "other")


def make(path: Path) -> Database:
    """Return an empty catalog with one source, a new file at `path`."""
    database = Database(path)
    migrations.migrate(database, 0)
    with database.write() as connection:
        connection.execute(
            "INSERT INTO sources (id, name, root, root_text, position) VALUES (1,'bench',?,'/b',0)", (b"/b",)
        )
        connection.execute("INSERT INTO volumes (id, identity) VALUES (1, 'bench')")
    return database


def fill(database: Database, rows: int, *, first: int = 1, batch: int = ROWS, seed: int = 7) -> None:
    """Insert files as a first scan does: contents and paths with rising ids, nothing but plain INSERTs.

    Args:
        database: from `make`.
        rows: how many.
        first: id of the first.
        batch: rows a transaction.
        seed: of the names.
    """
    pick = random.Random(seed + 1)
    folders: dict[str, int] = {}
    with database.read() as connection:
        known = connection.execute("SELECT coalesce(max(id), 0) FROM folders").fetchone()[0]
    waiting: list[tuple[str, str]] = []
    start = first
    for item in names(rows, seed):
        waiting.append(item)
        if len(waiting) == batch:
            _insert(database, waiting, start, folders, known, pick)
            start += len(waiting)
            waiting = []
    _insert(database, waiting, start, folders, known, pick)


def _insert(
    database: Database,
    part: list[tuple[str, str]],
    start: int,
    folders: dict[str, int],
    known: int,
    pick: random.Random,
) -> None:
    audio, paths, categories, new = [], [], [], []
    for number, (folder, name) in enumerate(part, start):
        if folder not in folders:
            folders[folder] = known + len(folders) + 1
            new.append((folders[folder], f"{known}/{folder}".encode(), folder))
        shown = f"{folder}/{name}"
        size, seconds, when = pick.randrange(10_000, 9_000_000), pick.random() * 30, 1.5e9 + pick.randrange(10**8)
        extension = name.rpartition(".")[2]
        audio.append(
            (number, f"{number:016x}", size, extension, seconds, pick.choice((44100, 48000)), pick.choice((1, 2)),
             pick.choice((16, 24)), when + number / 1e3, when, number)
        )  # fmt: skip
        paths.append(
            (number, number, folders[folder], f"{known}/{shown}".encode(), shown, size, int(when * 1e9), number, when,
             search_text(shown, ""))
        )  # fmt: skip
        if pick.random() < 0.8:
            categories.append((number, pick.choice(CATEGORIES), pick.random()))
    with database.write() as connection:
        connection.executemany("INSERT INTO folders (id, source_id, rel, display) VALUES (?, 1, ?, ?)", new)
        connection.executemany(_AUDIO, audio)
        connection.executemany(_PATH, paths)
        connection.executemany(_CATEGORY, categories)
