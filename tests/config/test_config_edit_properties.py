"""Whatever the file looks like: edits keep every comment and all other keys byte for byte."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.config import toml
from ctk_tui.config.edit import add_source, protect, relocate, remove_source, set_enabled
from ctk_tui.config.load import load
from ctk_tui.model.settings import Settings, SourceSettings

# Words that would mislead a reader who takes text for structure, and all of Unicode.
words = st.one_of(
    st.sampled_from(["# [sources.x]", "[scan]", '"""', "'''", "\\", "a = 1", "\n[sources.a]\n", "]", "}"]),
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
)
handles = st.sampled_from(["a", "B", "c-1", "_d", "e"])
patterns = st.sampled_from(["x/**", "\\#y", '"q" ]', "z # no", "ü"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A good configuration with comments everywhere, each with a number of its own."""
    count = 0

    def comment(*, own_line: bool) -> str:
        nonlocal count
        count += 1
        chosen = draw(st.sampled_from(["", " ", "[sources.a] ", 'path = "x" ']))
        kind = draw(st.integers(0, 3))
        if own_line:
            return ["", f"#{chosen}<{count}>\n", "\n", f"\n  # {chosen}<{count}>\n"][kind]
        return ["", f" #{chosen}<{count}>", "", "\t"][kind]

    def listed(entries: list[str]) -> str:
        inner = [f"{toml.string(entry)}," for entry in entries]
        if draw(st.booleans()):
            return f"[{' '.join(inner)}]"
        return "[" + "".join(f"{comment(own_line=False)}\n  {one}" for one in inner) + f"{comment(own_line=False)}\n]"

    parts = [comment(own_line=True)]
    tables = [
        ("database", {"path": toml.string("/" + draw(words))}),
        ("scan", {"workers": "3", "extensions": listed([".wav", ".ogg"])}),
        ("queries", {"q": toml.string(draw(words)), "r": '"""\n# [sources.zz]\n"""'}),
    ]
    for name in draw(st.lists(handles, unique_by=str.casefold, max_size=4)):
        keys = {
            "path": toml.string("/" + draw(words)),
            "enabled": "false",
            "protect": listed(draw(st.lists(patterns, max_size=3))),
            "removable": "true",
        }
        kept = draw(st.sets(st.sampled_from(sorted(keys)))) | {"path"}
        order = draw(st.permutations(sorted(kept)))
        tables.append((f"sources.{name}", {key: keys[key] for key in order}))
    for header, values in draw(st.permutations(tables)):
        parts.append(f"[{header}]{comment(own_line=False)}\n{comment(own_line=True)}")
        parts += [
            f"{key} = {value}{comment(own_line=False)}\n{comment(own_line=True)}" for key, value in values.items()
        ]
    text = "".join(parts)
    if draw(st.booleans()):
        text = text.rstrip("\n")
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def comments(text: str) -> list[str]:
    return re.findall(r"<\d+>", text)


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def is_within(few: list[str], many: list[str]) -> bool:
    remaining = iter(many)
    return all(any(one == other for other in remaining) for one in few)


@given(documents(), st.data())
def test_edits_keep_the_rest(text: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "config.toml")
        file.write_bytes(text.encode())
        before = load(file, strict=True).settings
        for _ in range(3):
            before = _one_edit(file, before, data)


def _one_edit(file: Path, before: Settings, data: st.DataObject) -> Settings:
    text = file.read_bytes().decode()
    path = Path("/" + data.draw(words.filter(lambda word: ".." not in word))).absolute()
    names = [source.name for source in before.sources]
    kinds = ["add", "remove", "enable", "relocate", "protect"] if names else ["add"]
    kind = data.draw(st.sampled_from(kinds))
    if kind == "add":
        loaded = add_source(file, f"n{len(text)}", path, protected=True)
        expected = (*before.sources, SourceSettings(f"n{len(text)}", loaded.settings.sources[-1].path, protected=True))
    else:
        new: tuple[SourceSettings, ...]
        name = data.draw(st.sampled_from(names))
        old = before.source(name)
        assert old
        if kind == "remove":
            loaded, new = remove_source(file, name), ()
        elif kind == "enable":
            loaded, new = set_enabled(file, name, not old.enabled), (replace(old, enabled=not old.enabled),)
        elif kind == "protect":
            loaded, new = (
                protect(file, name, "new/**"),
                (replace(old, protect=old.protect if "new/**" in old.protect else (*old.protect, "new/**")),),
            )
        else:
            loaded = relocate(file, name, path)
            moved = loaded.settings.source(name)
            assert moved
            new = (replace(old, path=moved.path),)
        index = names.index(name)
        expected = (*before.sources[:index], *new, *before.sources[index + 1 :])
    assert loaded.settings == replace(before, sources=expected)
    assert load(file, strict=True) == loaded
    after = file.read_bytes().decode()
    if kind == "remove":
        assert is_within(lines(after), lines(text))
        assert set(comments(after)) >= set(comments("".join(_parts_outside(text, name))))
    else:
        assert comments(after) == comments(text)
        if kind == "add":
            # A line break may have been missing at the end, and its \r with it.
            assert is_within(lines(text.replace("\r", "")), lines(after.replace("\r", "")))
        else:
            assert _parts_outside(after, name) == _parts_outside(text, name)
    return loaded.settings


def _parts_outside(text: str, name: str) -> list[str]:
    """The text of all tables but one."""
    parts = re.split(r"^(?=\[[a-z])", text, flags=re.MULTILINE)
    return [part for part in parts if not part.startswith(f"[sources.{name}]")]
