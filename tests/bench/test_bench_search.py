"""The search bench: its catalog holds what it says, and it measures all that it names."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from bench import search, search_catalog

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 3000


def test_planted_words_stand_where_they_should() -> None:
    names = [f"{folder}/{name}".lower() for folder, name in search_catalog.names(ROWS)]
    assert len(names) == ROWS
    for words in search_catalog.PLANTED.values():
        counts = Counter({word: sum(word in name for name in names) for word in words})
        assert counts[words[-1]] > ROWS * 0.4
        assert counts[words[0]] < ROWS * 0.02
    assert all(name.startswith(search_catalog.EVERYWHERE.lower()) for name in names)
    assert not any("zzqxx" in name or "ctk" in name for name in names)


@pytest.mark.needs("fzf")
def test_every_query_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "INSERTED", 600)
    search.bench(tmp_path, ROWS, 1)
    told = json.loads(capsys.readouterr().out)
    table = {row["query"]: row for row in told["queries"]}
    assert list(table) == [text for texts in search.CLASSES.values() for text in texts]
    assert all(row["first_ms"] > 0 and row["ids_ms"] > 0 for row in table.values())
    assert all("instr_ms" in row for row in table.values() if row["class"] in search.BY_INSTR)
    assert table["library"]["match_percent"] == table[""]["match_percent"] == 100
    assert table["zzqxx"]["match_percent"] == 0
    assert sum("fzf_ms" in row for row in table.values()) == 7
    assert told["index_bytes"] > 0
    assert set(told["rows_a_second_inserted"]) == {"with triggers", "with triggers and upkeep", "without the index"}
    assert told["reach"] == {}
    assert set(search.GOALS) <= set(told["ratios"])
