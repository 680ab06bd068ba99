from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.config import toml
from ctk_tui.config.scanner import layout

if TYPE_CHECKING:
    from ctk_tui.config.layout import Key

TRICKY = """\
# [not.a.table]
top = "a # no comment [nor.a.table]"
"quoted key" . 'other.one' = 1   # x = 2
dotted.deep.er = 1979-05-27 07:32:00  # a date with a space
many = \"\"\"
[not.a.table]
x = 1 \\\"\"\" still inside
\"\"\"\"\"
raw = '''
y = 1 # \\''''
list = [ 1, # one
  # [no]
  "two ] , #", [3.0, { k = "v }", "w x".y = [true] }],
]
empty = []
none = {}

  [ scan . "deep" ]   # header
  a = 1
[[tables]]
n = 1
[[tables]]
n = 2
[tables.sub]
n = 3
[[tables.inner]]
m = 1
[[tables.inner]]
m = 2
"""


def leaves(value: Any, key: Key = ()) -> set[Key]:
    found: set[Key] = {key} if key else set()
    if isinstance(value, dict):
        return found.union(*(leaves(inner, (*key, name)) for name, inner in value.items()))
    if isinstance(value, list):
        return found.union(*(leaves(inner, (*key, index)) for index, inner in enumerate(value)))
    return found


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_key_of_tomllib_has_a_line(newline: str) -> None:
    text = TRICKY.replace("\n", newline)
    found = layout(text)
    assert set(found.lines) == leaves(tomllib.loads(text))
    lines = TRICKY.split("\n")
    for key, beginning in {
        ("top",): "top =",
        ("quoted key", "other.one"): '"quoted key"',
        ("dotted", "deep", "er"): "dotted.deep",
        ("many",): "many =",
        ("raw",): "raw =",
        ("list", 0): "list =",
        ("list", 1): '  "two',
        ("list", 2, 1, "w x", "y", 0): '  "two',
        ("none",): "none",
        ("scan", "deep"): "  [ scan",
        ("scan", "deep", "a"): "  a = 1",
        ("tables", 1, "n"): "n = 2",
        ("tables", 1, "sub", "n"): "n = 3",
        ("tables", 1, "inner", 1, "m"): "m = 2",
    }.items():
        assert lines[found.line(key) - 1].startswith(beginning), key


def test_statements_cover_their_lines_and_values() -> None:
    found = layout(TRICKY)
    for statement in found.statements:
        assert TRICKY[: statement.start].endswith("\n") or statement.start == 0
        assert TRICKY[: statement.end].endswith("\n")
        if statement.value is None:
            assert TRICKY[statement.start : statement.end].lstrip().startswith("[")
        else:
            start, end = statement.value
            written = tomllib.loads(f"v = {TRICKY[start:end]}")["v"]
            value: Any = tomllib.loads(TRICKY)
            for part in statement.key:
                value = value[part]
            assert written == value


def test_a_key_that_is_not_there_has_the_line_of_its_table() -> None:
    found = layout("\n[scan]\na = 1\n")
    assert found.line(("scan", "b", "c")) == 2
    assert found.line(("other",)) == 0


names = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=6)
scalars = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12),
    st.integers(-(10**6), 10**6),
    st.booleans(),
    st.floats(allow_nan=False),
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=6)
tables = st.dictionaries(names, values, max_size=4)


@given(
    st.dictionaries(names, tables, max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "# [a]\n", "\n \n"]),
)
def test_generated_documents_have_a_line_for_every_key(
    data: dict[str, dict[str, Any]], newline: str, between: str
) -> None:
    lines = []
    expected: dict[Key, int] = {}
    for name, table in data.items():
        lines += [*between.split("\n")[:-1], f"[{toml.key(name)}]"]
        expected[(name,)] = len(lines)
        for key, value in table.items():
            lines.append(f"{toml.key(key)} = {toml.value(value)} # = '")
            expected[(name, key)] = len(lines)
    text = newline.join(lines)
    found = layout(text)
    assert tomllib.loads(text) == data
    assert {key: line for key, line in found.lines.items() if len(key) < 3} == expected
    assert set(found.lines) == leaves(data)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_strings_and_keys_come_back_as_they_were(text: str) -> None:
    written = f"{toml.key(text)} = {toml.string(text)}"
    assert tomllib.loads(written) == {text: text}
    assert not set(written) & {chr(code) for code in (*range(32), *range(127, 160), 0x202E, 0x2066, 0x2028)}


def test_toml_refuses_what_it_cannot_write() -> None:
    with pytest.raises(TypeError):
        toml.value(None)
