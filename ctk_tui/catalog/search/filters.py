"""`field:value` terms answered from memory and small indexes: milliseconds where SQL reads a million rows in 0.1 s."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctk_tui.catalog.search import fields
from ctk_tui.catalog.search.arrays import ids, numpy, spread
from ctk_tui.catalog.search.columns import KEYS, Column
from ctk_tui.catalog.search.innames import holding
from ctk_tui.model.query.meaning import is_absolute
from ctk_tui.model.query.nodes import Compare, Flag, HasLabel, OneOf
from ctk_tui.model.query.ranges import interval
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.catalog.search.arrays import Ids, Mask
    from ctk_tui.catalog.search.evaluate import Evaluation
    from ctk_tui.model.query.nodes import Expr
    from ctk_tui.model.query.ranges import Interval

# Each goes along an index that has only such files.
_FLAGS = {
    "dup": "SELECT group_concat(a.id) FROM audio a WHERE a.copies > 1 AND a.error IS NULL",
    "broken": "SELECT group_concat(id) FROM (SELECT id FROM audio WHERE error IS NOT NULL"
    " UNION SELECT audio_id FROM classified WHERE error IS NOT NULL)",
    "missing": "SELECT group_concat(a.id) FROM audio a WHERE a.state = 3"
    " AND a.id IN (SELECT audio_id FROM paths WHERE state <> 'present')",
    "quarantined": "SELECT group_concat(a.id) FROM audio a WHERE a.state = 2"
    " AND a.id IN (SELECT audio_id FROM paths WHERE state <> 'present')",
    "marked": "SELECT group_concat(audio_id) FROM decisions WHERE kind = 'marked'",
}


class Answer(NamedTuple):
    """Where a term holds: masks by id of the audio file, or by id of the path."""

    found: Mask
    """Where it surely holds."""
    unsure: Mask | None = None
    """Where only SQL can tell; None for nowhere."""
    of_audio: bool = False
    """Whether the masks are of audio files."""


def answer(of: Evaluation, term: Expr) -> Answer | None:
    """Return where a term holds; None where SQL has to say all of it.

    Args:
        of: where it is asked.
        term: one term; for words, and for what is put together of terms, the answer is None.
    """
    parts: list[Answer | None] = []
    match term:
        case Compare(name, ranges):
            column = _column(of, name)
            parts = [None if column is None else _ranged(name, column, interval(each, of.now)) for each in ranges]
        case OneOf(name, values) if of.moment.is_ready():
            parts = [_ONE_OF[name](of, value) for value in values]
        case HasLabel(values):
            bound: list[object] = []
            tests = [fields.labels_test(each, of.now, of.labels, bound) for each in values]
            sql = f"SELECT group_concat(l.audio_id) FROM labels l WHERE {fields.either(tests)}"
            parts = [_those(of, ids(of.connection, sql, bound))]
        case Flag(names):
            parts = [_flag(of, name) for name in names]
        case _:
            return None
    return _either(parts)


def _either(parts: list[Answer | None]) -> Answer | None:
    """Return the answers to the values of one term, which are all of audio files or all of paths, as one."""
    whole: Answer | None = None
    for part in parts:
        if part is None:
            return None
        whole = part if whole is None else _both(whole, part)
    return whole


def _both(one: Answer, other: Answer) -> Answer:
    unsure = one.unsure if other.unsure is None else other.unsure if one.unsure is None else one.unsure | other.unsure
    return Answer(one.found | other.found, unsure, one.of_audio)


def _those(of: Evaluation, audio: Ids) -> Answer:
    return Answer(spread(audio, of.last_audio + 1), of_audio=True)


def _column(of: Evaluation, name: str) -> Column | None:
    if name == "id":
        return Column(0, numpy().arange(of.last_audio + 1, dtype=float), (), exact=True)
    return of.moment.known_column(name) if name in KEYS else None


def _ranged(name: str, column: Column, bounds: Interval) -> Answer:
    found, unsure = column.within(bounds)
    return Answer(found, unsure if unsure.any() else None, of_audio=name != "modified")


def _flag(of: Evaluation, name: str) -> Answer | None:
    if name in _FLAGS:
        return _those(of, ids(of.connection, _FLAGS[name]))
    if name == "unclassified":
        column = of.moment.known_column("category")
        return None if column is None else Answer(numpy().isnan(column.values), of_audio=True)
    if name == "offline" and of.moment.is_ready():
        present = of.moment.rows().owner > 0
        away = _in_sources(of, "NOT online")
        return Answer(of.owners(present & away) & ~of.owners(present & ~away), of_audio=True)
    return None


def _format(of: Evaluation, value: str) -> Answer | None:
    column = of.moment.known_column("format")
    if column is None:
        return None
    code = column.texts.index(value) if value in column.texts else -1
    found = of.of_owners(column.values == code)
    found[of.moment.book().paths_of(of.moment.book().ends_with(f".{folded(value)}".encode()))] = True
    return _of_names(of, found)


def _category(of: Evaluation, value: str) -> Answer | None:
    column = of.moment.known_column("category")
    if column is None:
        return None
    code = column.texts.index(value) if value in column.texts else -1
    return Answer(column.values == code, of_audio=True)


def _name(of: Evaluation, value: str) -> Answer:
    book = of.moment.book()
    found = numpy().zeros(len(of.owner), dtype=numpy().bool_)
    found[book.paths_of(holding(book, folded(value), 0, len(book)))] = True
    return _of_names(of, found)


def _of_names(of: Evaluation, found: Mask) -> Answer:
    """Return an answer that stands on names: of those that are not in the book, or may be old in it, SQL has to say."""
    unsure = of.fresh.copy()
    unsure[of.moment.state.named + 1 :] = True
    unsure &= of.shown
    return Answer(found & ~unsure, unsure)


def _dir(of: Evaluation, value: str) -> Answer:
    needle, folders = folded(value), of.moment.folders()
    mask = folders.those(lambda text: needle in f"/{text}")
    if needle == "/":
        mask |= folders.roots()
    return Answer(mask[folders.of_path])


def _path(of: Evaluation, value: str) -> Answer:
    needle = folded(value)
    if not is_absolute(value):
        return _below(of, needle)
    nowhere = numpy().zeros(len(of.owner), dtype=numpy().bool_)
    found, unsure = nowhere, nowhere
    for number, root_text in of.connection.execute("SELECT id, root_text FROM sources").fetchall():
        root, inside = f"{folded(root_text)}/", _in_sources(of, "id = ?", number)
        if root.startswith(needle):
            found = found | inside
        elif needle.startswith(root):
            sure, maybe, _ = _below(of, needle.removeprefix(root))
            found, unsure = found | (sure & inside), unsure if maybe is None else unsure | (maybe & inside)
    return Answer(found, unsure)


def _below(of: Evaluation, needle: str) -> Answer:
    """Return where relative paths begin with a text: all of a folder, or some names of one."""
    folders = of.moment.folders()
    whole = folders.those(lambda text: text.startswith(needle))
    folder, slash, _ = needle.rpartition("/")
    some = folders.those(lambda text: text == folder + slash) if slash else folders.roots()
    return Answer(whole[folders.of_path], (some & ~whole)[folders.of_path])


def _source(of: Evaluation, value: str) -> Answer:
    return Answer(_in_sources(of, "name = ?", value))


def _in_sources(of: Evaluation, test: str, *values: object) -> Mask:
    folders = of.moment.folders()
    sql = f"SELECT group_concat(id) FROM folders WHERE source_id IN (SELECT id FROM sources WHERE {test})"
    mask: Mask = spread(ids(of.connection, sql, values), folders.last_folder + 1)[folders.of_path]
    return mask


_ONE_OF: dict[str, Callable[[Evaluation, str], Answer | None]] = {
    "format": _format,
    "category": _category,
    "source": _source,
    "path": _path,
    "name": _name,
    "dir": _dir,
}
