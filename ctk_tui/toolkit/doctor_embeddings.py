"""What the doctor says of embeddings: the database that holds them, whose they are, and the file for searching."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from ctk_tui.catalog import classification
from ctk_tui.catalog import embeddings as stored
from ctk_tui.disk.locks import Lock, is_held
from ctk_tui.jobs.runner import lock_path
from ctk_tui.model.doctor import Check
from ctk_tui.model.errors import Busy, CatalogError
from ctk_tui.model.format import count

if TYPE_CHECKING:
    from ctk_tui.catalog.connection import Database
    from ctk_tui.toolkit.classifier import ClassifierFacade

NAME = "embeddings"
MEND = "`ctk doctor --repair`"


def embeddings(database: Database, classifier: ClassifierFacade) -> Check:
    """Look at the embeddings.

    Args:
        database: the catalog.
        classifier: knows the model that is in use.
    """
    try:
        damage = stored.faults(database)
        if damage:
            return Check(NAME, "error", "; ".join(damage[:3]).replace("\n", " "), stored.ANEW)
        return _held_together(database, classifier.known_version())
    except CatalogError as error:
        return Check(NAME, "error", error.message, error.hint)


def _held_together(database: Database, version: str | None) -> Check:
    there, named = set(stored.stamps(database)), _named(database)
    if not there and not named:
        return Check(NAME, "ok", "none yet: `ctk classify` makes them")
    lost = len(named - there)
    if lost:
        return Check(NAME, "warn", f"{count(lost, 'sound')} without the embedding that was made",
                     "`ctk classify` hears them again")  # fmt: skip
    # Here: it brings numpy.
    from ctk_tui.classify.vectorcheck import look

    step = look(database)
    if step.wrong:
        detail = f"the file for searching differs from them in {count(step.wrong, 'row')}"
        return Check(NAME, "warn", detail, f"{MEND} makes it anew")
    other = _of_another_model(database, version)
    if other:
        return Check(NAME, "warn", f"{count(other, 'sound')} heard by another model, and compared with no other",
                     "`ctk classify` hears them anew")  # fmt: skip
    words, hint = [count(len(named), "sound")], ""
    if step.behind:
        words.append(f"{step.behind:,} to come in the file for searching")
    # While a run writes, an embedding is there a moment before the catalog names it.
    orphans = 0 if is_held(lock_path(database, "classify")) else len(there - named)
    if orphans:
        words.append(f"{count(orphans, 'embedding')} of nobody")
        hint = f"{MEND} deletes those of nobody; so does `ctk classify`"
    return Check(NAME, "ok", ", ".join(words), hint)


def _named(database: Database) -> set[int]:
    return set(classification.stamped(database)[0].tolist())


def _of_another_model(database: Database, version: str | None) -> int:
    """Return how many sounds another model heard than the one in use, or, where that is not known, than most."""
    versions = classification.versions(database)
    return sum(versions.values()) - versions.get(version or max(versions, key=lambda one: versions[one]), 0)


def repair(database: Database) -> list[str]:
    """Delete embeddings of nobody, and make the file for searching anew where it is wrong; return what was.

    A damaged database of embeddings is left as it is: what to do with it is the user's word.
    """
    mended: list[str] = []
    try:
        if stored.faults(database):
            return []
        held = Lock(lock_path(database, "classify")).acquire(
            {"kind": "classify", "pid": os.getpid(), "started": time.time()}
        )
        with held:
            swept = classification.sweep(database)
    except Busy:  # a run that classifies sweeps at its end
        swept = 0
    except CatalogError:
        return []
    if swept:
        mended.append(f"{count(swept, 'embedding')} of nobody")
    if not stored.identity(database):
        return mended
    from ctk_tui.classify.vectorcheck import look
    from ctk_tui.classify.vectors import anew

    wrong = look(database).wrong
    if wrong:
        anew(database)
        mended.append(f"the file for searching differs from the embeddings in {count(wrong, 'row')}")
    return mended
