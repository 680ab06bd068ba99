"""Running an expression: masks over all paths from the word indexes, SQL for the rest, on as few rows as it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import as_json, ids, numpy, places, spread
from ctk_tui.catalog.search.filters import answer
from ctk_tui.catalog.search.innames import some_holding
from ctk_tui.catalog.search.leaves import MOST_WORDS, labelled, leaf, with_all
from ctk_tui.catalog.search.meaning import SHOWN, Condition, is_of_path, joined, labels_with
from ctk_tui.model.query.nodes import And, Everything, Not, Or, Phrase, Saved, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.catalog.search.arrays import Ids, Mask, Places
    from ctk_tui.catalog.search.leaves import Leaf
    from ctk_tui.catalog.search.memory import Moment
    from ctk_tui.model.query.nodes import Expr

FEW = 8
"""Rows are looked at by id where they are at most the eighth part of all: reading a row by its id takes about as long
as reading three in a row."""
LEAST = 500
"""Rows from which it is worth while to ask names and folders in memory first."""
LOOK = 10_000
"""Rows up to which words are looked for in the texts without the index, whose answer may be a million rows."""
_BY_ID = """
SELECT group_concat(p.id) FROM json_each(?) j CROSS JOIN paths p ON p.id = j.value
CROSS JOIN audio a ON a.id = p.audio_id WHERE """
_AUDIO_BY_ID = "SELECT group_concat(a.id) FROM json_each(?) j CROSS JOIN audio a ON a.id = j.value WHERE "
_ALL_AUDIO = "SELECT group_concat(a.id) FROM audio a WHERE "
_ALL_PATHS = "SELECT group_concat(p.id) FROM paths p CROSS JOIN audio a ON a.id = p.audio_id WHERE "
_TEXTS_BY_ID = "SELECT group_concat(p.id) FROM json_each(?) j CROSS JOIN paths p ON p.id = j.value WHERE "
_ALL_TEXTS = "SELECT group_concat(p.id) FROM paths p WHERE "


class Evaluation:
    """One expression at one moment.

    Args:
        moment: the catalog, with `meaning.add_functions`.
        owner: by path id: the audio file whose path it is, 0 for paths that the query does not look at.
        labels: every label that the catalog has.
        now: the moment that relative dates count from, in seconds since the epoch.
    """

    def __init__(
        self,
        moment: Moment,
        owner: Places,
        labels: Sequence[str],
        now: float,
    ) -> None:
        self.moment = moment
        self.connection = moment.connection
        self.owner = owner
        self.last_audio = moment.state.last_audio
        self.labels = labels
        self.now = now
        self.shown: Mask = owner > 0
        self.fresh: Mask = spread(moment.changed, len(owner))
        self.fresh[moment.state.mark + 1 :] = True
        self.fresh &= self.shown
        self.any_fresh = bool(self.fresh.any())

    def audio(self, expr: Expr) -> Ids:
        """Return the audio files that the expression finds, by id."""
        return places(self.owners(self.paths(expr)))

    def paths(self, expr: Expr) -> Mask:
        """Return the paths that the expression holds at."""
        return self._holds(expr, self.shown)

    def rough(self, expr: Expr) -> Mask | None:
        """Return audio files by the filters in memory, all hits among them; None where they say nothing."""
        answers = [found for term in terms_of(expr) if (found := answer(self, term)) is not None]
        if not answers:
            return None
        masks = [each.found if each.unsure is None else each.found | each.unsure for each in answers]
        audio = self.shown_audio().copy()
        paths: Mask | None = None
        for each, mask in zip(answers, masks, strict=True):
            if each.of_audio:
                audio &= mask
            else:
                paths = mask if paths is None else paths & mask
        return audio if paths is None else audio & self.owners(paths & self.shown)

    def shown_audio(self) -> Mask:
        """Return all audio files that the query looks at, by id; not to be changed."""
        known = self.moment.memory.shown_audio
        if known is None or known[0] is not self.owner:
            self.moment.memory.shown_audio = known = (self.owner, self.owners(self.shown))
        return known[1]

    def owners(self, paths: Mask) -> Mask:
        """Return the audio files of paths, as a mask."""
        mask = numpy().zeros(self.last_audio + 1, dtype=numpy().bool_)
        mask[self.owner[paths]] = True
        mask[0] = False
        return mask  # type: ignore[no-any-return]

    def of_owners(self, audio: Mask) -> Mask:
        """Return the paths of audio files."""
        found: Mask = audio[self.owner]
        return found

    def _is_few(self, paths: Mask) -> bool:
        return int(numpy().count_nonzero(paths)) * FEW <= len(self.owner)

    def _holds(self, expr: Expr, within: Mask) -> Mask:
        """Return where of the paths `within` the expression holds."""
        match expr:
            case And() | Word() | Phrase():
                return self._and(terms_of(expr), within)
            case Or(alternatives):
                found = numpy().zeros_like(within)
                for each in alternatives:
                    found |= self._holds(each, within)
                return found  # type: ignore[no-any-return]
            case Not(inner) if is_of_path(inner):
                # At all paths of these audio files, not only at those `within`.
                theirs = self.of_owners(self.owners(within)) & self.shown
                if isinstance(inner, Word | Phrase):
                    theirs, within = self._without(inner, theirs, within)
                return within & ~self.of_owners(self.owners(self._holds(inner, theirs)))
            case Not(inner):
                return within & ~self._holds(inner, within)
            case Saved(_, inner):
                return self._holds(inner, within)
            case Everything():
                return within
            case _:
                rest, found = self._filtered([expr], within)
                return self._by_sql(rest, found)

    def _without(self, word: Word | Phrase, theirs: Mask, within: Mask) -> tuple[Mask, Mask]:
        """Return paths without the audio files that surely have a word: most of them, where it is a common one."""
        each = leaf(word)
        if each.begins or not self.moment.is_warm() or numpy().count_nonzero(theirs) <= LOOK:
            return theirs, within
        others = ~self.of_owners(self.owners(self._in_name_or_folder(each.needle, theirs & ~self.fresh)))
        return theirs & others, within & others

    def _and(self, terms: Sequence[Expr], within: Mask) -> Mask:
        terms, within = self._filtered(terms, within)
        if numpy().count_nonzero(within) <= LOOK:
            return self._all_hold(terms, within)
        rest, within = self._by_index(terms, within)
        if self.any_fresh and (fresh := within & self.fresh).any():
            return self._all_hold(terms, fresh) | self._all_hold(rest, within & ~self.fresh)
        return self._all_hold(rest, within)

    def _filtered(self, terms: Sequence[Expr], within: Mask) -> tuple[list[Expr], Mask]:
        """Return which terms memory has no answer to, and where all others hold."""
        rest = []
        for term in terms:
            found = answer(self, term)
            if found is None:
                rest.append(term)
                continue
            sure, unsure = found.found, found.unsure
            if found.of_audio:
                sure, unsure = self.of_owners(sure), None if unsure is None else self.of_owners(unsure)
            left = None if unsure is None else self._by_sql([term], within & unsure & ~sure)
            within = within & sure if left is None else (within & sure) | left
        return rest, within

    def _by_index(self, terms: Sequence[Expr], within: Mask) -> tuple[list[Expr], Mask]:
        """Return which terms the index leaves open, and the paths that may have all; of fresh ones it says nothing."""
        words = [(term, leaf(term)) for term in terms if isinstance(term, Word | Phrase)]
        asked = sorted((pair for pair in words if pair[1].indexed), key=lambda pair: -len(pair[1].needle))[:MOST_WORDS]
        plain: list[Leaf] = []
        for word, each in asked:
            of_labels = labels_with(word, self.labels)
            if not of_labels:
                plain.append(each)
                continue
            found = self._possible([each]) | self._labelled(of_labels)
            within = within & (found | self.fresh)
        if plain:
            within = within & (self._possible(plain) | self.fresh)
        proven = {id(word) for word, each in asked if each.exact}
        return [term for term in terms if id(term) not in proven], within

    def _possible(self, leaves: Sequence[Leaf]) -> Mask:
        first, *others = with_all(self.moment.index, leaves)
        mask = spread(first, len(self.owner))
        for each in others:
            mask &= spread(each, len(self.owner))
        return mask

    def _labelled(self, labels: Sequence[str]) -> Mask:
        mask = spread(labelled(self.connection, labels), self.last_audio + 1)
        mask[0] = False
        return self.of_owners(mask)

    def _all_hold(self, terms: Sequence[Expr], within: Mask) -> Mask:
        """Return where all terms hold, without the index as far as it was asked already."""
        words = [term for term in terms if isinstance(term, Word | Phrase)]
        for word in words:
            if numpy().count_nonzero(within) < LEAST:
                break
            within = self._word(word, within)
            terms = [term for term in terms if term is not word]
        for at, term in enumerate(terms):
            if self._is_few(within):
                return self._by_sql(terms[at:], within)
            within = within & (
                self._word(term, within) if isinstance(term, Word | Phrase) else self._holds(term, within)
            )
        return within

    def _word(self, word: Word | Phrase, within: Mask) -> Mask:
        """Return where a word holds, by reading texts, and labels."""
        each = leaf(word)
        of_labels = labels_with(word, self.labels)
        if not of_labels:
            return self._read(each, within)
        by_label = self._labelled(of_labels) & within
        return by_label | self._read(each, within & ~by_label)

    def _read(self, each: Leaf, within: Mask) -> Mask:
        """Return where a word stands in the text of the path."""
        if not each.begins and self.moment.is_warm() and numpy().count_nonzero(within) >= LEAST:
            known = self._in_name_or_folder(each.needle, within & ~self.fresh)
            return known | self._read_rows(each, within & ~known)
        return self._read_rows(each, within)

    def _in_name_or_folder(self, needle: str, within: Mask) -> Mask:
        """Return where a text stands in the name or the folder, of paths that are not fresh."""
        folders = self.moment.folders()
        within = within.copy()
        found = folders.holding(needle)[folders.of_path] & within
        rest = places(within & ~found)
        book = self.moment.book()
        rest = rest[rest <= self.moment.state.named]
        found[rest[some_holding(book, needle, book.place_of[rest])]] = True
        return found

    def _read_rows(self, each: Leaf, within: Mask) -> Mask:
        if not within.any():
            return within
        if self._is_few(within):
            chosen = as_json(places(within))
            return spread(ids(self.connection, _TEXTS_BY_ID + each.test, [chosen, *each.values]), len(within))
        return within & spread(ids(self.connection, _ALL_TEXTS + each.test, each.values), len(within))

    def _by_sql(self, terms: Sequence[Expr], within: Mask) -> Mask:
        """Return where all terms hold, as SQL says it."""
        if not terms or not within.any():
            return within
        condition = Condition(self.now, self.labels)
        sql = joined(" AND ", [condition.sql(term) for term in terms])
        few = self._is_few(within)
        if not any(map(is_of_path, terms)):
            if few:
                chosen = [as_json(places(self.owners(within))), *condition.values]
                audio = ids(self.connection, _AUDIO_BY_ID + sql, chosen)
            else:
                audio = ids(self.connection, _ALL_AUDIO + sql, condition.values)
            return within & self.of_owners(spread(audio, self.last_audio + 1))
        if few:
            found = ids(self.connection, _BY_ID + sql, [as_json(places(within)), *condition.values])
            return spread(found, len(within))
        found = ids(self.connection, f"{_ALL_PATHS}{SHOWN.format('p')} AND {sql}", condition.values)
        return within & spread(found, len(within))


def terms_of(expr: Expr) -> list[Expr]:
    """Return what has to hold together, saved queries unfolded."""
    match expr:
        case And(terms):
            return [inner for term in terms for inner in terms_of(term)]
        case Saved(_, inner) if not isinstance(inner, Or):
            return terms_of(inner)
        case _:
            return [expr]
