"""`ctk similar`: neighbours in every form of output, narrowed by a query, of sounds in the catalog and outside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctk_tui.catalog.opening import open_database
from ctk_tui.cli.jsonform import FIELDS
from ctk_tui.model.classification import EMBEDDING
from ctk_tui.model.errors import CtkError
from tests.support.classified import VERSION, classify, result

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Ctk, Hostile

ANGLES = {1: 0.0, 2: 0.1, 3: 0.2, 4: 0.5, 5: 0.3, 9: 0.4}
"""Audio file to the angle that its embedding has to that of the first, in radians."""


def turned(angle: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Return an embedding that stands at an angle to another."""
    found = np.zeros(EMBEDDING, np.float32)
    found[:2] = np.cos(angle), np.sin(angle)
    return found * 7


@pytest.fixture
def classified(hostile: Hostile) -> Hostile:
    """Return the library of bad names, some of it classified."""
    database, held = open_database(hostile.database)
    classify(database, [
        result(database, number, {"Speech": 0.5}, "vocal" if number < 4 else "fx",
               vector=turned(angle).astype("<f2").tobytes())
        for number, angle in ANGLES.items()
    ])  # fmt: skip
    database.close()
    held.release()
    return hostile


def test_the_nearest_come_first_without_the_sound_itself(ctk: Ctk, classified: Hostile) -> None:
    said = ctk(*classified.options, "similar", "id:1", "-k", "3", "--json")
    path = str(classified.root / "lib" / "plain.wav")
    assert said.json["of"] == {"id": 1, "path": path}
    assert [(file["id"], file["score"]) for file in said.json["files"]] == [
        (2, pytest.approx(np.cos(0.1), abs=1e-4)), (3, pytest.approx(np.cos(0.2), abs=1e-4)),
        (5, pytest.approx(np.cos(0.3), abs=1e-4)),
    ]  # fmt: skip
    assert said.json["v"] == 1
    assert set(said.json) == {"v", "of", "files"}
    assert ctk(*classified.options, "similar", path, "-k", "3", "--json").json == said.json
    assert len(ctk(*classified.options, "similar", "id:1", "--json").json["files"]) == 5


def test_a_query_narrows_where_to_look(ctk: Ctk, classified: Hostile) -> None:
    assert ctk(*classified.options, "similar", "id:1", "category:fx", "--fields", "id").out == b"5\n9\n4\n"
    assert ctk(*classified.options, "similar", "id:9", "category:vocal", "--fields", "id").out == b"3\n2\n1\n"
    nothing = ctk(*classified.options, "similar", "id:1", "xyzzy", "--json")
    assert (nothing.code, nothing.json["files"]) == (0, [])
    assert ctk(*classified.options, "similar", "id:1", "nosuch:field").code == 2


def test_every_form(ctk: Ctk, classified: Hostile) -> None:
    similar = ("similar", "id:1", "-k", "2")
    scores = ctk(*classified.options, *similar, "--fields", "score,id").out
    assert scores == b"0.995\t2\n0.9801\t3\n"
    assert [line.count("score") for line in ctk(*classified.options, *similar, "--jsonl").lines] == [1, 1]
    head = ctk(*classified.options, *similar, "--csv").lines[0]
    assert head == ",".join([*FIELDS, "score"])
    raw = ctk(*classified.options, *similar, "-0").out
    assert raw.count(b"\0") == 2
    paths = ctk(*classified.options, *similar)
    assert (paths.code, paths.out.count(b"\n")) == (3, 1)  # one has a line break in its name
    unknown = ctk(*classified.options, "search", "--fields", "score")
    assert (unknown.code, "there is no field 'score'" in unknown.err) == (2, True)


@pytest.mark.usefixtures("on_terminal")
def test_a_table_shows_the_score(ctk: Ctk, classified: Hostile) -> None:
    lines = ctk(*classified.options, "similar", "id:1", "-k", "2").lines
    assert lines[0].split()[:3] == ["ID", "SCORE", "NAME"]
    assert lines[1].split()[:2] == ["2", "0.995"]
    assert lines[-1].startswith("2 sounds")


def test_what_is_missing_is_not_shown(ctk: Ctk, classified: Hostile) -> None:
    database, held = open_database(classified.database)
    with database.write() as connection:
        connection.execute("UPDATE audio SET state = 3 WHERE id IN (2, 3)")
    database.close()
    held.release()
    assert ctk(*classified.options, "similar", "id:1", "-k", "2", "--fields", "id").out == b"5\n9\n"


def test_any_file_is_heard(ctk: Ctk, classified: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One outside the catalog, and one in it that is not classified yet."""
    asked: list[bytes] = []

    def embedding(self: object, path: bytes) -> list[float]:
        asked.append(path)
        return [float(number) for number in turned(0.2)]

    monkeypatch.setattr("ctk_tui.toolkit.classifier.ClassifierFacade.embedding", embedding)
    monkeypatch.setattr("ctk_tui.toolkit.classifier.ClassifierFacade.version", lambda self: VERSION)
    outside = tmp_path / "mine.wav"
    outside.write_bytes(b"x")
    said = ctk(*classified.options, "similar", outside, "-k", "1", "--json").json
    assert (said["of"], said["files"][0]["id"]) == ({"id": None, "path": str(outside)}, 3)
    assert said["files"][0]["score"] == pytest.approx(1, abs=1e-4)
    assert ctk(*classified.options, "similar", "id:8", "-k", "1", "--fields", "id").out == b"3\n"
    assert asked == [bytes(outside), bytes(classified.root / "lib" / "[bold]markup[red].wav")]
    monkeypatch.setattr("ctk_tui.toolkit.classifier.ClassifierFacade.version", lambda self: "another")
    other = ctk(*classified.options, "similar", outside)
    assert (other.code, other.out) == (1, b"")
    assert "another model" in other.err


def test_errors_name_the_next_step(
    ctk: Ctk, hostile: Hostile, classified: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(self: object) -> str:
        raise CtkError("the weights are not here", "ctk models fetch")

    monkeypatch.setattr("ctk_tui.toolkit.classifier.ClassifierFacade.version", none)
    unheard = ctk(*classified.options, "similar", "id:8")
    assert (unheard.code, unheard.err) == (1, "ctk: the weights are not here\n     ctk models fetch\n")
    assert ctk(*classified.options, "similar", "/nowhere.wav").err.startswith(
        "ctk: /nowhere.wav: there is no such file"
    )
    assert ctk(*classified.options, "similar", "id:999").code == 2
    assert ctk(*classified.options, "similar", "id:x").code == 2
    assert ctk(*classified.options, "similar", "id:1", "-k", "0").code == 2
    assert ctk(*classified.options, "similar").code == 2


def test_nothing_classified(ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "similar", "id:1")
    assert (said.code, said.out) == (1, b"")
    assert "no sound is classified yet" in said.err
    assert "`ctk classify`" in said.err
