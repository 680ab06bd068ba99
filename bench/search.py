"""Search as you type: ctk against instr and LIKE over the same rows, and against `fzf --filter`.

The catalog is one of sample-pack files that do not exist (bench/search_catalog.py); words stand in 0 % to 100 % of its
rows. What is measured: the first 100 rows in their order, the ids of all hits in their order, the same right after the
catalog was opened; how large the index is and how long it takes to build; how fast rows come in with it and without.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import search_catalog as made
from bench.common import report, timed
from ctk_tui.catalog.connection import Database
from ctk_tui.catalog.search import upkeep
from ctk_tui.catalog.search.searcher import Searcher
from ctk_tui.model.query.nodes import And, Phrase, Word
from ctk_tui.model.query.parse import parse
from ctk_tui.model.query.vocabulary import Vocabulary
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from ctk_tui.model.query.nodes import Query

NOW = 1.7e9
KNOWN = Vocabulary(saved={}, sources=["bench"], formats=[name for name, _ in made.EXTENSIONS])
FIRST = 100
INSERTED = 20_000
THREE, FIVE = made.PLANTED[3], made.PLANTED[5]
CLASSES: dict[str, list[str]] = {
    "no word": ["", "duration+", "name-", "category+ duration-"],
    "1 letter": ["k", "z", "q"],
    "2 letters": ["ki", "zq"],
    "3 letters": ["ctk", *THREE],
    "5 letters": ["zzqxx", *FIVE],
    "longer, in every row or every tenth": ["library", "samplephonics", '"library/splice"'],
    "two words": ["zqx uhzaq", "kick 120", "dark snare", "ghosthack drums", "ezu uhzaq", "uhx uhzaq", "am loop vel"],
    "words and a sort": ["zqx duration-", "kick size-", "uhx duration+", "uhx uhzaq modified-", "ezu path+"],
    "words and filters": [
        "kick duration:..0.1", "uhx duration:..0.001", "uhx duration:..0.1", "uhx category:drums", "uhx format:ogg",
        "owq format:ogg category:fx", "kick is:dup", "kick rate:48000 size-",
    ],
    "without a word": ["kick ^uhx", "uhx ^kick", "uhx ^uhzaq", "^kick", "^library"],
    "one or the other": ["zqx , kuz", "zqx , zebqu", "kick , snare"],
    "filters": [
        "duration:..0.001", "duration:..1", "duration:..30", "size:..20k size-", "format:wav", "format:ogg",
        "category:drums", "category:drums confidence:0.99..", "is:unclassified", "is:dup", "is:missing", "is:marked",
        "modified:2019", "added:2019..", "name:kick", "name:zqx", "dir:splice", "path:library/sp", "source:bench",
        "copies:2..",
    ],
}  # fmt: skip
BY_INSTR = frozenset(CLASSES) - {"no word", "without a word", "one or the other", "filters"}
"""Classes that instr is asked, too: for the words alone, and without their order."""
LONG = BY_INSTR - {"1 letter", "2 letters"}
"""Those whose words have three letters or more, which the goals are about."""

SLOWEST = "ms to the first rows, three letters or more, the slowest query"
RARE = "ids over instr where at most 2 % match, the slowest query"
ANY = "ids over instr, the slowest query"
GOALS = {SLOWEST: "<= 50", RARE: "<= 0.1", ANY: "<= 1"}
"""For a million rows: with 20,000 reading them all takes 5 ms, and nothing is to be gained."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One query of the bench."""

    kind: str
    """Its class."""
    text: str
    tree: Query

    @property
    def words(self) -> list[str]:
        """The folded words that are looked for."""
        terms = self.tree.expr.terms if isinstance(self.tree.expr, And) else (self.tree.expr,)
        return [folded(term.text) for term in terms if isinstance(term, Word | Phrase)]


def asked() -> list[Asked]:
    """Return all queries."""
    return [Asked(kind, text, parse(text, KNOWN)) for kind, texts in CLASSES.items() for text in texts]


def instr(connection: sqlite3.Connection, words: list[str]) -> int:
    """Return how many rows hold all words, reading them all; the ids come in one piece, as ctk's do."""
    test = " AND ".join("instr(search, ?) > 0" for _ in words)
    return _rows(connection, test, words)


def like(connection: sqlite3.Connection, words: list[str]) -> int:
    """Return the same by LIKE."""
    test = " AND ".join("search LIKE ?" for _ in words)
    return _rows(connection, test, [f"%{word}%" for word in words])


def _rows(connection: sqlite3.Connection, test: str, values: list[str]) -> int:
    text = connection.execute(f"SELECT group_concat(id) FROM paths WHERE {test}", values).fetchone()[0]
    return text.count(",") + 1 if text else 0


def check(queries: list[Asked], hits: dict[str, int], connection: sqlite3.Connection) -> None:
    """Stop unless ctk finds as many as instr, where both mean the same: fast and wrong is no result."""
    for each in queries:
        if each.kind in LONG - {"words and filters"} and min(map(len, each.words)) > 2:
            found = instr(connection, each.words)
            if found != hits[each.text]:
                raise SystemExit(f"wrong: {each.text!r} finds {hits[each.text]}, instr {found}")


def fzf(texts: Path, words: list[str]) -> None:
    """Let fzf find exact words in the same texts, given as a file, a line each."""
    with texts.open("rb") as lines:
        subprocess.run(
            ["fzf", "--filter", " ".join(f"'{word}" for word in words)],
            stdin=lines, stdout=subprocess.DEVNULL, check=False,
        )  # fmt: skip


def measure(searcher: Searcher, connection: sqlite3.Connection, queries: list[Asked], rounds: int) -> dict[str, Any]:
    """Return seconds of every round by side and query; a round goes through all queries, so that nothing is fresh."""
    seconds: dict[str, dict[str, list[float]]] = {}
    for _ in range(rounds):
        for each in queries:
            # Always in this order, as a screen asks: what the first rows made known serves the others.
            work: dict[str, Callable[[], object]] = {
                "first": partial(searcher.first, each.tree, NOW, FIRST),
                "ids": partial(searcher.ids, each.tree, NOW),
            }
            if each.kind in BY_INSTR:
                work |= {"instr": partial(instr, connection, each.words), "like": partial(like, connection, each.words)}
            for side, does in work.items():
                for clock, taken in zip((side, f"{side}_cpu"), clocked(does), strict=True):
                    seconds.setdefault(clock, {}).setdefault(each.text, []).append(taken)
    return seconds


def clocked(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that pass, and those that this thread computes: far fewer on a busy machine."""
    start, computed = time.perf_counter(), time.thread_time()
    work()
    return time.perf_counter() - start, time.thread_time() - computed


def cold(path: Path, queries: list[Asked]) -> dict[str, tuple[float, float]]:
    """Return seconds to the first rows right after opening the catalog, each query alone; the disk's cache is warm."""
    found = {}
    for each in queries:
        with opened(path) as database:
            searcher = Searcher(database)
            found[each.text] = clocked(partial(searcher.first, each.tree, NOW, FIRST))
    return found


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Database]:
    """Yield the catalog, closed afterwards."""
    database = Database(path)
    try:
        yield database
    finally:
        database.close()


def size_of(database: Database) -> int:
    """Return the bytes of all pages in use."""
    with database.read() as connection:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * size)


def inserted(database: Database, rows: int) -> dict[str, float]:
    """Return rows a second of computing: plain, with the index to the end, and without its triggers.

    It changes the catalog.
    """
    rates = {}
    for at, name in enumerate(("with triggers", "with triggers and upkeep", "without the index")):
        if name == "without the index":
            with database.write() as connection:
                triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
                for (trigger,) in triggers:
                    if trigger.startswith("search_"):
                        connection.execute(f"DROP TRIGGER {trigger}")
        start = time.process_time()
        made.fill(database, INSERTED, first=rows + 1 + at * INSERTED, batch=500, seed=100 + at)
        if name == "with triggers and upkeep":
            upkeep.catch_up(database)
        rates[name] = INSERTED / (time.process_time() - start)
    return rates


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="files in the catalog")
    parser.add_argument("--rounds", type=int, default=3, help="times that each query is asked")
    parser.add_argument("--folder", type=Path, default=None, help="where the catalog is made, 1 GB for a million rows")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ctk-bench-", dir=given.folder))
    try:
        bench(folder, given.rows, given.rounds)
    finally:
        shutil.rmtree(folder)


def bench(folder: Path, rows: int, rounds: int) -> None:
    """Make the catalog, measure, and print."""
    queries = asked()
    facts: dict[str, Any] = {"rows": rows, "rounds": rounds}
    path, texts = folder / "catalog.db", folder / "texts"
    database = made.make(path)
    made.fill(database, rows)
    before = size_of(database)
    passed, computed = clocked(lambda: upkeep.catch_up(database))
    facts |= {"index_build_seconds": round(passed, 2), "index_build_cpu_seconds": round(computed, 2)}
    facts["index_bytes_per_catalog_byte"] = round((size_of(database) - before) / before, 3)
    facts["index_bytes"] = size_of(database) - before
    database.close()
    cold_seconds = cold(path, [each for each in queries if each.kind != "filters" or each.text == "duration:..1"])
    with opened(path) as database, database.read() as connection:
        searcher = Searcher(database)
        passed, computed = clocked(searcher.prepare)
        facts |= {"prepare_seconds": round(passed, 2), "prepare_cpu_seconds": round(computed, 2)}
        with texts.open("w") as lines:
            lines.writelines(f"{row[0]}\n" for row in connection.execute("SELECT search FROM paths"))
        hits = {each.text: len(searcher.ids(each.tree, NOW)) for each in queries}
        check(queries, hits, connection)
        seconds = measure(searcher, connection, queries, rounds)
        asked_of_fzf = [
            each for each in queries if each.text in {"k", "ki", "zqx", "uhx", "zebqu", "uhzaq", "kick 120"}
        ]
        seconds["fzf"] = {each.text: [timed(partial(fzf, texts, each.words))] for each in asked_of_fzf}
        facts["rows_a_second_inserted"] = {name: round(rate) for name, rate in inserted(database, rows).items()}
    tell(queries, hits, seconds, cold_seconds, facts)


def tell(
    queries: list[Asked],
    hits: dict[str, int],
    seconds: dict[str, dict[str, list[float]]],
    cold_seconds: dict[str, tuple[float, float]],
    facts: dict[str, Any],
) -> None:
    """Print the least of all rounds by query, and the ratios to reach."""
    best = {side: {text: min(taken) for text, taken in each.items()} for side, each in seconds.items()}
    rows = facts["rows"]
    table = [
        {
            "class": each.kind,
            "query": each.text,
            "match_percent": round(100 * hits[each.text] / rows, 3),
            **{f"{side}_ms": round(1e3 * taken[each.text], 1) for side, taken in best.items() if each.text in taken},
            **{
                name: round(1e3 * taken, 1)
                for name, taken in zip(("cold_ms", "cold_cpu_ms"), cold_seconds.get(each.text, ()), strict=False)
            },
        }
        for each in queries
    ]
    long = [each.text for each in queries if each.kind in LONG]
    rare = [text for text in long if hits[text] <= 0.02 * rows]
    # By what the thread computes: nothing of it waits for a disk, and other programs have no say.
    first, ids, instr = best["first_cpu"], best["ids_cpu"], best["instr_cpu"]
    ratio = {text: ids[text] / instr[text] for text in long}
    report(
        "search",
        {
            f"{side}: {text}": taken
            for side in ("first_cpu", "ids_cpu", "instr_cpu")
            for text, taken in seconds[side].items()
        },
        {
            "ms to the first rows, the slowest query": 1e3 * max(first.values()),
            SLOWEST: 1e3 * max(first[text] for text in long),
            RARE: max(ratio[text] for text in rare),
            ANY: max(ratio.values()),
            f"{SLOWEST}, by the clock": 1e3 * max(best["first"][text] for text in long),
        },
        GOALS if rows >= 1_000_000 else {},
        queries=table,
        **facts,
    )


if __name__ == "__main__":
    main()
