"""The keys of the JSON documents: those that scripts rely on, those that the docs tell, those that are written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.cli.jsonform import AUDIO_FIELDS
from ctk_tui.cli.shapes import SHAPES
from ctk_tui.cli.shapes_files import FILE_SHAPES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.commands import Ctk, Hostile

AUDIO = (
    "id path filename directory source file_size file_hash duration_secs sample_rate channels format bit_depth"
    " modified_at added_at category category_source confidence labels copies verified protected offline missing error"
)
PROMISED = {
    "search --json": "v total files",
    "an audio file, also a line of search --jsonl": AUDIO,
    "show --json": f"v {AUDIO} paths fingerprint digest",
    "a path in show --json": "path source primary state offline modified_at",
    "scan --json": "v sources found new updated moved duplicates unchanged missing skipped errors other_extensions"
    " seconds",
    "a source in scan --json": "name path status",
    "an error in scan --json": "path reason new",
    "stats --json": "v audio_files paths bytes duration_secs duplicate_groups duplicate_paths wasted_bytes"
    " quarantined_bytes missing offline errors formats categories sources",
    "a source in stats --json": "name path enabled status paths bytes last_scan",
    "dupes --json": "v kind groups too_many",
    "a group in dupes --json": "id wasted_bytes verified files",
    "a file in dupes --json": "path source file_size duration_secs format modified_at offline protected keeper",
    "jobs --json": "v jobs",
    "a job in jobs --json": "id kind state stage done total started pid",
    "similar --json": "v of files",
    "history --json": "v entries",
    "an entry in history --json": "id at kind state operations bytes",
    "doctor --json": "v ok checks pruned",
    "a check in doctor --json": "name status detail hint",
}
"""What was promised: these keys never go and never change their meaning. Others may be added to SHAPES."""

WHOLE: Callable[[Any], Any] = lambda found: found  # noqa: E731 - a table of small functions reads best as one
WRITTEN: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "search --json": ("search --json", WHOLE),
    "an audio file, also a line of search --jsonl": ("search --json", lambda found: found["files"][-1]),
    "show --json": ("show --json id:2", WHOLE),
    "a path in show --json": ("show --json id:2", lambda found: found["paths"][0]),
    "scan --json": ("scan --json lib", WHOLE),
    "a source in scan --json": ("scan --json lib", lambda found: found["sources"][0]),
    "an error in scan --json": ("scan --json lib", lambda found: found["errors"][0]),
    "stats --json": ("stats --json", WHOLE),
    "a source in stats --json": ("stats --json", lambda found: found["sources"][0]),
    "sources --json": ("sources --json", WHOLE),
    "a source in sources --json": ("sources --json", lambda found: found["sources"][0]),
    "dupes --json": ("dupes --json", WHOLE),
    "a group in dupes --json": ("dupes --json", lambda found: found["groups"][0]),
    "a file in dupes --json": ("dupes --json", lambda found: found["groups"][0]["files"][0]),
    "jobs --json": ("jobs --json", WHOLE),
    "a job in jobs --json": ("jobs --json", lambda found: found["jobs"][0]),
    "doctor --json": ("doctor --json", WHOLE),
    "a check in doctor --json": ("doctor --json", lambda found: found["checks"][0]),
    "category --json": ("category plain --set fx --json", WHOLE),
    "models --json": ("models --json", WHOLE),
    "a model in models --json": ("models --json", lambda found: found["models"][0]),
}
ELSEWHERE = {"similar --json", "classify --json", *FILE_SHAPES}
"""Documents of commands that need more than this library: test_cli_similar, test_cli_classify, test_cli_files_json."""


@pytest.mark.parametrize("name", PROMISED)
def test_nothing_that_was_promised_is_gone(name: str) -> None:
    assert [key for key in PROMISED[name].split() if key not in SHAPES[name]] == []


@pytest.mark.parametrize("name", [name for name in SHAPES if name not in ELSEWHERE])
def test_documents_have_the_keys_that_the_docs_tell(name: str, ctk: Ctk, hostile: Hostile) -> None:
    command, part = WRITTEN[name]
    said = ctk(*hostile.options, *command.split())
    written = part(said.json)
    told = [key for key in SHAPES[name] if key != "path_b64"]
    assert [key for key in written if not key.endswith("_b64")] == told


def test_every_document_begins_with_its_version(ctk: Ctk, hostile: Hostile) -> None:
    for name, (command, part) in WRITTEN.items():
        if part is WHOLE:
            said = ctk(*hostile.options, *command.split())
            assert next(iter(said.json.items())) == ("v", 1), name
            assert said.out.count(b"\n") == 1, name
            assert said.out.endswith(b"\n"), name


def test_a_line_of_jsonl_is_an_audio_file_of_the_document(ctk: Ctk, hostile: Hostile) -> None:
    document = ctk(*hostile.options, "search", "--json").json
    lines = [json.loads(line) for line in ctk(*hostile.options, "search", "--jsonl").out.split(b"\n")[:-1]]
    assert lines == document["files"]
    assert document["total"] == len(lines) == 16


def test_the_fields_are_those_of_the_audio_file() -> None:
    assert list(AUDIO_FIELDS) == AUDIO.split()
