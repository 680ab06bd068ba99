"""Plan files: what was written is read, and nothing that is off is believed."""

from __future__ import annotations

import base64
import json
import os
import resource
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.files import planfile
from ctk_tui.files.ids import new_id
from ctk_tui.model.errors import Refused, UsageError
from ctk_tui.model.plan import PLAN_ID, SIDECAR, Operation, Plan, totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.model.plan import Op

HEAD = {"v": 1, "plan": "01J0000000ABC", "created": "2026-01-02T03:04:05Z", "query": "kick"}
LINE: dict[str, Any] = {
    "op": "quarantine", "from": "/a/one.wav", "to": None, "file_size": 10, "mtime_ns": 5, "inode": 7,
    "digest": "0" * 32, "keeper": "/a/two.wav", "reason": "the same", "last": False,
}  # fmt: skip
parts = st.binary(min_size=1, max_size=8).filter(
    lambda part: b"/" not in part and b"\0" not in part and part not in (b".", b"..", b".ctk-quarantine")
)
paths = st.lists(parts, min_size=1, max_size=4).map(lambda every: b"/" + b"/".join(every))
numbers = st.integers(-(2**63), 2**63 - 1)


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    ops: list[Op] = ["quarantine", "move", "copy", "symlink", "hardlink"]
    op = draw(st.sampled_from(ops))
    path, keeper, target = draw(paths), draw(paths), draw(paths)
    last = draw(st.booleans())
    size, mtime, inode = draw(st.integers(0, 2**63 - 1)), draw(numbers), draw(numbers)
    reason = draw(st.text(max_size=5))
    if op == "quarantine":
        return Operation(op, path, None, size, mtime, inode, "ab" * 16, None if last else keeper, reason, last)
    return Operation(op, path, target, size, mtime, inode, None, None, reason)


def consistent(every: list[Operation]) -> bool:
    """Return whether the lines do not contradict each other."""
    taken = [one.path for one in every if one.op in ("quarantine", "move")]
    keepers = {one.keeper for one in every}
    fine = all(one.keeper != one.path and one.reason not in (SIDECAR, "left link") for one in every)
    return fine and len(set(taken)) == len(taken) and keepers.isdisjoint(taken)


@given(st.lists(operations(), max_size=8).filter(consistent), st.text(max_size=20))
def test_what_was_written_is_read(every: list[Operation], query: str) -> None:
    plan = Plan(new_id(), 1_700_000_000.0, query, tuple(every), totals(every))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan"
        planfile.write(plan, file)
        found = planfile.read(file)
        assert (found.id, found.created, found.query, found.totals) == (plan.id, plan.created, query, plan.totals)
        assert list(found.operations) == every
        assert [found.operations[at] for at in reversed(range(len(every)))] == every[::-1]
        assert list(found.operations[1:3]) == every[1:3]


def written(tmp_path: Path, *lines: object) -> Path:
    file = tmp_path / "plan.jsonl"
    file.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return file


def test_the_line_that_the_docs_show_is_read(tmp_path: Path) -> None:
    plan = planfile.read(written(tmp_path, HEAD, LINE))
    assert list(plan.operations) == [
        Operation("quarantine", b"/a/one.wav", None, 10, 5, 7, "0" * 32, b"/a/two.wav", "the same", last=False)
    ]


HEADS = [
    {**HEAD, "v": 2}, {**HEAD, "v": True}, {**HEAD, "plan": "../../etc"}, {**HEAD, "plan": "short"},
    {**HEAD, "plan": "01J0000000ABC\n"}, {**HEAD, "more": 1}, {**HEAD, "created": "yesterday"}, {**HEAD, "query": 5},
    "", "[]", "{}", "not json", '{"v": 1', json.dumps(HEAD)[:-1] + ', "v": 1}',
]  # fmt: skip
LINES = [
    {**LINE, "op": "unlink"}, {**LINE, "op": ["quarantine"]}, {**LINE, "extra": 1}, {**LINE, "from": "relative.wav"},
    {**LINE, "from": "/a/../etc/passwd"}, {**LINE, "from": "/a//b.wav"}, {**LINE, "from": "/a/./b.wav"},
    {**LINE, "from": "/a/b\0c"}, {**LINE, "from": "/a/.ctk-quarantine/X/b.wav"}, {**LINE, "from": None},
    {**LINE, "from": 5}, {**LINE, "file_size": -1}, {**LINE, "file_size": "10"}, {**LINE, "file_size": True},
    {**LINE, "mtime_ns": 1.5}, {**LINE, "inode": 2**64}, {**LINE, "digest": "xyz"}, {**LINE, "digest": 5},
    {**LINE, "last": 1}, {**LINE, "last": True}, {**LINE, "keeper": None}, {**LINE, "keeper": "/a/one.wav"},
    {**LINE, "keeper": "/a/.ctk-quarantine/X/two.wav"}, {**LINE, "reason": None},
    {**LINE, "op": "move", "keeper": None}, {**LINE, "op": "move", "to": "/b/x.wav"},
    {**LINE, "op": "move", "to": "../x.wav", "keeper": None},
    {**LINE, "op": "rename", "to": "/b/x.wav", "keeper": None, "last": False},
    {**LINE, "from_b64": base64.b64encode(b"/etc/passwd").decode()}, {**LINE, "from_b64": "%%%"},
    {**LINE, "from_b64": 5}, {key: LINE[key] for key in LINE if key != "last"},
    json.dumps(LINE)[:-1] + ', "from": "/b/other.wav"}', json.dumps(LINE).replace("10", "NaN"), "[]", "5", "",
    "[" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
def test_a_head_that_is_off(tmp_path: Path, head: object) -> None:
    with pytest.raises(Refused, match="line 1"):
        planfile.read(written(tmp_path, head))


@pytest.mark.parametrize("line", LINES)
def test_a_line_that_is_off_refuses_the_file(tmp_path: Path, line: object) -> None:
    good = {**LINE, "from": "/a/good.wav"}
    with pytest.raises(Refused, match="line 3"):
        planfile.read(written(tmp_path, HEAD, good, line))


@pytest.mark.parametrize(
    "second",
    [
        LINE,
        {**LINE, "from": "/a/two.wav", "keeper": "/a/three.wav"},
        {**LINE, "from": "/a/three.wav", "keeper": "/a/one.wav"},
        {**LINE, "op": "move", "from": "/a/two.wav", "to": "/b/x.wav", "keeper": None},
    ],
)
def test_lines_that_contradict_each_other(tmp_path: Path, second: object) -> None:
    with pytest.raises(Refused, match="line 3"):
        planfile.read(written(tmp_path, HEAD, LINE, second))


def test_a_sidecar_has_an_owner_before_it(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="line 2: a sidecar without its owner"):
        planfile.read(written(tmp_path, HEAD, {**LINE, "from": "/a/one.wav.asd", "keeper": None, "reason": SIDECAR}))


def test_the_place_in_quarantine_is_not_believed(tmp_path: Path) -> None:
    plan = planfile.read(written(tmp_path, HEAD, {**LINE, "to": "/etc/cron.d/x"}))
    assert plan.operations[0].target is None


def test_a_line_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="longer than 65,536 bytes"):
        planfile.read(written(tmp_path, HEAD, {**LINE, "reason": "x" * 70_000}))


def test_a_file_that_changes_after_it_was_read(tmp_path: Path) -> None:
    file = written(tmp_path, HEAD, LINE)
    plan = planfile.read(file)
    with open(file, "r+b") as opened:
        opened.seek(file.read_bytes().index(b"one.wav"))
        opened.write(b"two")
    with pytest.raises(Refused, match="changed since it was checked"):
        list(plan.operations)


def test_a_plan_replaces_no_file(tmp_path: Path) -> None:
    file = written(tmp_path, HEAD)
    with pytest.raises(UsageError, match="there already"):
        planfile.write(Plan("01J0000000", 0.0, "", (), totals(())), file)
    with pytest.raises(UsageError):
        planfile.read(tmp_path / "none")
    with pytest.raises(UsageError):
        planfile.read(tmp_path)


def lines(number: int) -> Iterator[str]:
    yield json.dumps(HEAD)
    for at in range(number):
        yield json.dumps({**LINE, "from": f"/a/folder {at % 1000}/a rather long name of a file {at}.wav"})


@pytest.mark.parametrize("number", [20_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_many_lines_are_not_held_in_memory(tmp_path: Path, number: int) -> None:
    file = tmp_path / "plan.jsonl"
    with open(file, "w") as out:
        out.writelines(line + "\n" for line in lines(number))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    plan = planfile.read(file)
    assert plan.totals.files == number
    assert sum(one.file_size for one in plan.operations) == 10 * number
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < 40 * 2**20 + 250 * number
    assert os.path.getsize(file) > 230 * number


def test_ids_sort_by_time_and_are_names() -> None:
    ids = [new_id(1_700_000_000 + at) for at in range(100)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 100
    assert all(PLAN_ID.fullmatch(one) for one in ids)
