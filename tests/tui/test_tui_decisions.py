"""What is decided about duplicates, without a screen: keepers, marks that hold, and what they come to."""

from __future__ import annotations

from dataclasses import replace

from ctk_tui.model.groups import Group, GroupFile
from ctk_tui.tui.decisions import KEEPER_STAYS, Copies, Decisions


def file(path: str, **more: bool) -> GroupFile:
    return GroupFile(7, path.encode(), "lib", 100, 1.0, "wav", 0.0, more.pop("offline", False), False, **more)


def group(*files: GroupFile) -> Group:
    return Group(7, 100, verified=True, files=files)


A, B, C = file("/a", keeper=True), file("/b"), file("/c")


def test_a_choice_holds_while_it_can_be_looked_at() -> None:
    decisions = Decisions(Copies())
    decisions.keep(7, B)
    assert decisions.keeper(7, group(A, B, C)) is B
    assert decisions.keeper(7, group(A, replace(B, offline=True), C)) is A, "nothing can be compared with it now"
    assert decisions.keeper(7, group(A, C)) is A, "it is gone"


def test_a_copy_that_went_cannot_be_marked_again() -> None:
    decisions = Decisions(Copies())
    a, b, c = decisions.take(7, group(A, B, C))
    assert [decisions.why_not(number, ()) for number in (a, b, c)] == [KEEPER_STAYS, "", ""]
    decisions.take(7, group(A, C))
    assert decisions.why_not(b, ()) == "it is not there any more"
    assert decisions.recheck({7: group(A, C)}, frozenset({b, c})) == {c}
    assert decisions.recheck({}, frozenset({c})) == frozenset()


def test_without_a_keeper_one_stays_that_is_online() -> None:
    decisions = Decisions(Copies())
    one, two, _ = decisions.take(7, group(file("/1"), file("/2"), file("/3", offline=True)))
    assert decisions.why_not(one, ()) == ""
    assert decisions.why_not(two, {one}) == "one of a group stays"


def test_marks_come_to_what_they_are() -> None:
    decisions = Decisions(Copies())
    _, b, c = decisions.take(7, group(A, B, C))
    _, other = decisions.take(8, group(file("/x", keeper=True), file("/y")))
    tally = decisions.tally
    for marks, size, rows in (
        ({b, c, other}, 300, {7, 8}),
        ({c, other}, 200, {7, 8}),
        ({other}, 100, {8}),
        ((), 0, ()),
    ):
        tally.count(frozenset(marks), decisions)
        assert (tally.bytes, set(tally.rows)) == (size, set(rows))
    assert [(one.file.path, one.keeper and one.keeper.path) for one in decisions.marked({other, b})] == [
        (b"/b", b"/a"), (b"/y", b"/x"),
    ]  # fmt: skip
