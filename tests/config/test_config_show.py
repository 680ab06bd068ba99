from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.config.load import load
from ctk_tui.config.rules import KEEP_RULES
from ctk_tui.config.show import effective
from ctk_tui.model.settings import (
    AudioSettings,
    ClassifySettings,
    DuplicateSettings,
    ScanSettings,
    Settings,
    SourceSettings,
    UiSettings,
)

# All of Unicode that a TOML file can hold; NUL no path can hold.
text = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
filled = text.filter(str.strip)
names = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,8}", fullmatch=True)
paths = st.lists(text.map(lambda part: part.replace("/", "")), min_size=1, max_size=3).map(
    lambda parts: Path(os.path.normpath(os.path.abspath("/" + "/".join(parts))))
)
patterns = st.sampled_from(["**/a b/**", "x\n.wav", '"q"', "ü*", "!in", "'", "/top", "\\#x"])
auto: st.SearchStrategy[Any] = st.one_of(st.just("auto"), st.booleans())


def lists_of(strategy: st.SearchStrategy[str], *, least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(strategy, min_size=least, max_size=4).map(tuple)


@st.composite
def settings(draw: st.DrawFn) -> Settings:
    sources = tuple(
        SourceSettings(
            name,
            draw(paths),
            enabled=draw(st.booleans()),
            exclude=draw(lists_of(patterns)),
            protected=draw(st.booleans()),
            protect=draw(lists_of(patterns)),
            removable=draw(st.booleans()),
            read=draw(st.sampled_from(["local", "all"])),
            quarantine=draw(st.one_of(st.just(""), paths.map(str))),
        )
        for name in draw(st.lists(names, max_size=4, unique_by=str.casefold))
    )
    rules = [*KEEP_RULES, "in:a/**", *(f"source:{source.name}" for source in sources)]
    whole = st.integers(0, 256)
    return Settings(
        database=draw(st.one_of(st.none(), paths)),
        sources=sources,
        scan=ScanSettings(
            draw(lists_of(st.sampled_from([".wav", ".ü", '."x']), least=1)),
            draw(whole),
            draw(lists_of(patterns)),
            draw(st.booleans()),
            draw(whole),
        ),
        audio=AudioSettings(draw(st.one_of(st.just("auto"), st.integers(5, 2000))), draw(st.floats(0, 1)), draw(auto)),
        duplicates=DuplicateSettings(draw(lists_of(st.sampled_from(rules)))),
        classify=ClassifySettings(
            draw(st.one_of(st.just(""), paths.map(str))),
            draw(st.sampled_from(["auto", "cuda:3"])),
            draw(st.booleans()),
        ),
        queries=draw(st.dictionaries(names, text, max_size=3)),
        ui=UiSettings(
            draw(filled),
            draw(st.sampled_from(["play", "mark"])),
            draw(auto),
            draw(st.booleans()),
            draw(st.dictionaries(names, filled, max_size=3)),
        ),
        open=draw(st.dictionaries(names, text.map(lambda line: line + "{path}"), max_size=3)),
    )


@given(settings())
def test_what_is_shown_means_what_is_in_force(wanted: Settings) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "config.toml")
        file.write_bytes(effective(wanted).encode())
        found = load(file, strict=True).settings
    assert found == wanted
    assert [source.name for source in found.sources] == [source.name for source in wanted.sources]


def test_a_path_that_is_not_utf8_is_shown_in_a_comment(tmp_path: Path) -> None:
    bad = Path(os.fsdecode(b"/home/caf\xe9"))
    shown = effective(Settings(database=bad, sources=(SourceSettings("a", bad),)))
    assert '# path = "/home/caf\N{REPLACEMENT CHARACTER}"  # not UTF-8' in shown
    shown.encode()
