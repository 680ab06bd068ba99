"""Plan files, undo, restore, history and quarantine; and what an interrupted operation leaves for the next command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.cli.shapes_files import FILE_SHAPES
from tests.support.calling import PATIENCE, Terminal, process
from tests.support.changing import difference, tree
from tests.support.library import put, wav
from tests.support.sampled import FILES, make_sampled

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Ctk
    from tests.support.sampled import Sampled

COPIES = {"drums/kick copy.wav", "old/kick (1).wav"}


@pytest.fixture
def lib(tmp_path: Path, ctk: Ctk) -> Sampled:
    return make_sampled(tmp_path, ctk)


@pytest.fixture
def plan(lib: Sampled, tmp_path: Path) -> Path:
    file = tmp_path / "clean up.plan"
    said = lib("dupes", "plan", "-o", file)
    assert (said.code, said.text) == (0, f"{file}: 2 operations; `ctk apply '{file}'` does them\n")
    return file


# --- plan files ------------------------------------------------------------------------------------------------------


def test_a_plan_is_written_and_applied(lib: Sampled, plan: Path) -> None:
    before = tree(lib.root)
    assert lib.there() == set(FILES)
    assert lib("apply", plan).code == 4
    assert lib("apply", plan, "-n").code == 0
    assert difference(before, tree(lib.root)) == []
    assert lib("apply", plan, "-y").code == 0
    assert lib.there() == set(FILES) - COPIES
    again = lib("apply", plan, "-y")
    assert (again.code, again.err.count("not done:")) == (4, 1)
    assert lib("undo", "-y").code == 0
    assert difference(before, tree(lib.root)) == []


def test_a_plan_is_written_and_told_as_json(lib: Sampled, tmp_path: Path) -> None:
    told = lib("delete", "copy", "-o", tmp_path / "plan", "--json").json
    assert told["plan"] == json.loads((tmp_path / "plan").read_text().splitlines()[0])["plan"]
    assert lib.there() == set(FILES)


def test_a_plan_file_is_not_replaced(lib: Sampled, plan: Path) -> None:
    before = plan.read_bytes()
    assert lib("delete", "snare", "-o", plan).code == 2
    assert plan.read_bytes() == before


def test_keep_rules(lib: Sampled) -> None:
    for rule, stays in (("in:old", "old/kick (1).wav"), ("shortest-path", "drums/kick.wav")):
        found = lib("dupes", "plan", "--keep", rule, "--json").json
        assert {one["keeper"] for one in found["operations"]} == {f"{lib.root}/{stays}"}, rule
    assert lib("dupes", "plan", "--keep", "prettiest").code == 2
    assert lib("dupes", "--keep", "oldest").err.endswith("     ctk dupes plan -o clean-up.plan\n")
    assert lib("dupes", "plan", "--near").code == 2


def test_a_target_outside_is_named_again(lib: Sampled, tmp_path: Path) -> None:
    file = tmp_path / "plan"
    said = lib("copy", "snare", "--to", lib.outside, "-o", file)
    assert f"`ctk apply {file} --to {lib.outside}`" in said.text
    refused = lib("apply", file, "-y")
    assert refused.code == 4
    assert not lib.outside.exists()
    assert lib("apply", file, "--to", lib.outside, "-y").code == 0
    assert (lib.outside / "snare.wav").is_file()


def line(operation: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {**operation, **changed}


@pytest.mark.parametrize(
    ("hostile", "number", "words"),
    [
        (lambda a, b: [line(a, op="unlink")], 2, "unknown operation 'unlink'"),
        (lambda a, b: [a, line(b, run="rm -rf ~")], 3, "unknown field 'run'"),
        (lambda a, b: [line(a, **{"from": "/etc/../etc/passwd"})], 2, "absolute, without . and .."),
        (lambda a, b: [line(a, keeper=a["from"])], 2, "its own keeper"),
        (lambda a, b: [a, line(b, **{"from": a["keeper"], "keeper": b["from"]})], 3, "keeper of another line"),
        (lambda a, b: [a, a], 3, "in the plan twice"),
        (lambda a, b: [a, "not JSON"], 3, "not a line of JSON"),
    ],
    ids=range(7),
)
def test_a_hostile_plan_is_refused_whole(hostile: Any, number: int, words: str, lib: Sampled, plan: Path) -> None:
    before = tree(lib.root)
    head, *operations = plan.read_text().splitlines()
    lines = hostile(*map(json.loads, operations))
    plan.write_text("\n".join([head, *(one if isinstance(one, str) else json.dumps(one) for one in lines)]) + "\n")
    said = lib("apply", plan, "-y")
    assert (said.code, said.out) == (4, b"")
    assert said.err.startswith(f"ctk: {plan}, line {number}: ")
    assert words in said.err
    assert difference(before, tree(lib.root)) == []


def test_foreign_paths_are_refused_one_by_one(lib: Sampled, plan: Path, tmp_path: Path) -> None:
    put(tmp_path / "foreign.wav", wav(1))
    put(lib.root / "drums" / "unknown.wav", wav(1))
    head, *operations = plan.read_text().splitlines()
    first, second = map(json.loads, operations)
    foreign = line(first, **{"from": str(tmp_path / "foreign.wav")})
    unknown = line(first, **{"from": f"{lib.root}/drums/unknown.wav"})
    liar = line(first, keeper=f"{lib.root}/drums/snare.wav")
    plan.write_text("\n".join([head, *map(json.dumps, (foreign, unknown, liar, second))]) + "\n")
    said = lib("apply", plan, "-y")
    assert said.code == 3
    for name in (f"{tmp_path}/foreign.wav", f"{lib.root}/drums/unknown.wav", first["from"]):
        assert f"     {name}: " in said.err
    assert lib.there() == {*FILES, "drums/unknown.wav"} - {os.path.relpath(second["from"], lib.root)}
    assert (tmp_path / "foreign.wav").is_file()


def test_a_file_that_changed_since_stays(lib: Sampled, plan: Path) -> None:
    (lib.root / "old" / "kick (1).wav").write_bytes(wav(9))
    said = lib("apply", plan, "-y", "--json")
    assert said.code == 3
    assert [(one["path"], one["kind"]) for one in said.json["failed"]] == [
        (f"{lib.root}/old/kick (1).wav", said.json["failed"][0]["kind"])
    ]
    assert said.json["failed"][0]["kind"] in {"changed", "in use"}
    assert "ctk: 1 file not done:\n" in said.err  # where it is now its reason says
    assert (lib.root / "old" / "kick (1).wav").read_bytes() == wav(9)


# --- undo, restore, history ------------------------------------------------------------------------------------------


def test_one_file_of_an_entry_comes_back(lib: Sampled, plan: Path) -> None:
    before = tree(lib.root)
    lib("apply", plan, "-y")
    entry = lib("history", "--json").json["entries"][0]["id"]
    assert lib("restore", lib.root / "old" / "kick (1).wav", "--entry", entry, "-y").code == 0
    assert lib.there() == set(FILES) - {"drums/kick copy.wav"}
    assert lib("history", "--json").json["entries"][1]["state"] == "partial"
    assert lib("restore", "kick", "-n").text.endswith("1 file\n")
    assert lib("restore", lib.root / "drums", "-y").code == 0  # all below a folder
    assert difference(before, tree(lib.root)) == []  # the times of both folders too


def test_nothing_to_take_back(lib: Sampled) -> None:
    assert lib("undo", "-y").code == 2
    assert lib("undo", "0123456789AB", "-y").code == 2
    assert lib("restore", lib.root / "drums" / "kick.wav", "-y").code == 2
    assert lib("history").text == "nothing was done to files yet\n"
    assert lib("quarantine", "list").text == "nothing is in quarantine\n"


def test_a_place_that_was_taken_meanwhile(lib: Sampled, plan: Path) -> None:
    lib("apply", plan, "-y")
    put(lib.root / "drums" / "kick copy.wav", b"somebody else's")
    said = lib("undo", "-y")
    assert said.code == 3
    assert f"     {lib.root}/drums/kick copy.wav: " in said.err
    assert (lib.root / "drums" / "kick copy.wav").read_bytes() == b"somebody else's"
    assert (lib.root / "old" / "kick (1).wav").read_bytes() == wav(1)


def test_undo_without_the_catalog(lib: Sampled, plan: Path, tmp_path: Path) -> None:
    before = tree(lib.root)
    lib("apply", plan, "-y")
    fresh = tmp_path / "fresh"
    assert lib("--config", fresh / "config.toml", "--db", fresh / "db", "undo", "--from", lib.root, "-y").code == 0
    assert difference(before, tree(lib.root)) == []


def test_an_undo_has_no_plan_file(lib: Sampled, plan: Path) -> None:
    lib("apply", plan, "-y")
    said = lib("undo", "-o", plan.with_suffix(".undo"))
    assert (said.code, said.err) == (2, "ctk: an undo has no plan file\n     -n shows what it would do\n")


# --- quarantine ------------------------------------------------------------------------------------------------------


def test_emptying_proves_a_copy_first(lib: Sampled, plan: Path) -> None:
    lib("apply", plan, "-y")
    listed = lib("quarantine", "list", "--json").json["files"]
    assert [os.path.relpath(one["path"], lib.root) for one in listed] == sorted(COPIES)
    assert lib("quarantine", "list", "--older-than", "1").text == "nothing is in quarantine\n"
    assert lib("quarantine", "empty", "--older-than", "1", "-y").lines[0].startswith("0 files to be unlinked")
    assert lib("quarantine", "empty", "-y").code == 2  # the age is not guessed
    assert lib("quarantine", "empty", "--older-than", "0").code == 4
    (lib.root / "drums" / "kick.wav").write_bytes(wav(1)[:-1] + b"!")  # the catalog believes that it is a copy still
    refused = lib("quarantine", "empty", "--older-than", "0", "-y")
    assert refused.code == 4
    assert len(lib("quarantine", "list", "--json").json["files"]) == 2
    put(lib.root / "drums" / "kick.wav", wav(1))
    lib("scan", "-q")
    said = lib("quarantine", "empty", "--older-than", "0", "-y")
    assert (said.code, said.err, "takes it back" in said.text) == (0, "", False)
    assert lib("quarantine", "list", "--json").json["files"] == []
    assert lib("history", "--json").json["entries"][0]["state"] == "emptied"
    assert lib("undo", "-y").code == 2
    assert lib.there() == set(FILES) - COPIES


def test_last_copies_are_emptied_by_their_number(lib: Sampled) -> None:
    lib("delete", "snare", "-y", "--last-copies")
    assert lib("quarantine", "empty", "--older-than", "0", "-y").lines[1] == "1 without a copy stay"
    said = lib("quarantine", "empty", "--older-than", "0", "--last-copies", "-y")
    assert said.code == 4
    assert said.err.endswith("     their number has to be typed, on a terminal\n")
    for answer, code in (("y", 4), ("1", 0)):
        assert len(lib("quarantine", "list", "--json").json["files"]) == 1
        with Terminal("quarantine", "empty", "--older-than", "0", "--last-copies", "-y") as terminal:
            terminal.until("type 1 to unlink them: ")
            terminal.write(f"{answer}\n")
            assert terminal.end() == code
    assert lib("quarantine", "list", "--json").json["files"] == []


# --- interrupted -----------------------------------------------------------------------------------------------------

KILLED = """
import os, signal
from ctk_tui.files import steps
passed = 0
def count(_):
    global passed
    passed += 1
    if passed == {at}:
        os.kill(os.getpid(), signal.{how})
steps.on_step = count
"""
"""An operation in whose middle a signal comes."""


def run_with(how: str, *words: str | Path, at: int = 4) -> tuple[int, str, str]:
    child = process(
        *map(str, words), code=KILLED.format(how=how, at=at), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    out, err = child.communicate(timeout=PATIENCE)
    return child.returncode, out.decode(), err.decode()


def test_a_killed_apply_is_mentioned_and_mended(lib: Sampled, plan: Path) -> None:
    before = tree(lib.root)
    assert run_with("SIGKILL", "apply", plan, "-y")[0] == -signal.SIGKILL
    [entry] = lib("history", "--json").json["entries"]
    assert entry["state"] == "interrupted"
    words = f"ctk: interrupted: {entry['id']}; `ctk doctor --repair` puts that in order\n"
    for command in ("search", "stats", "dupes", "show id:1", "sources", "history", "delete snare -n"):
        said = lib(*command.split())
        assert (said.code, words in said.err) == (0, True), command
    found = {one["name"]: one for one in lib("doctor", "--json").json["checks"]}
    assert (found["operations"]["status"], entry["id"] in found["operations"]["detail"]) == ("warn", True)
    mended = lib("doctor", "--repair", "--json")
    assert mended.err.startswith(f"ctk: {entry['id']} was interrupted: ")
    assert {one["name"]: one["status"] for one in mended.json["checks"]}["operations"] == "ok"
    assert lib("search").err == ""
    lib("undo", "-y")
    assert difference(before, tree(lib.root)) == []


def test_ctrl_c_stops_between_two_files(lib: Sampled, plan: Path) -> None:
    before = tree(lib.root)
    code, _, err = run_with("SIGINT", "apply", plan, "-y", at=2)
    assert code == 130
    assert err.endswith("ctk: stopped; what was done is done, and `ctk undo` takes it back\n")
    assert len(lib.there() & COPIES) == 1
    assert lib("search").err == ""  # it ended in good order
    assert lib("undo", "-y").code == 0
    assert difference(before, tree(lib.root)) == []


def test_ctrl_c_while_emptying(lib: Sampled, plan: Path) -> None:
    lib("apply", plan, "-y")
    code, _, err = run_with("SIGINT", "quarantine", "empty", "--older-than", "0", "-y", at=2)
    assert (code, err.endswith("ctk: stopped; the rest is still in quarantine\n")) == (130, True)
    assert len(lib("quarantine", "list", "--json").json["files"]) == 1


def test_the_doctor_tells_what_is_in_quarantine(lib: Sampled, plan: Path) -> None:
    def detail() -> str:
        checks = lib("doctor", "--json").json["checks"]
        return next(str(one["detail"]) for one in checks if one["name"] == "quarantine")

    assert detail() == "empty"
    lib("apply", plan, "-y")
    assert detail() == "2 files, 1.7 KB, the oldest 0 days old"


# --- the documents ---------------------------------------------------------------------------------------------------


def test_documents_have_the_keys_that_the_docs_tell(lib: Sampled, plan: Path) -> None:
    name = os.fsencode(lib.root) + b"/old/bad \xff.wav"
    put(name, wav(7))
    lib("scan", "-q")
    found: dict[str, Any] = {}
    planned = lib("delete", "*", "-n", "--json").json
    found["a plan: copy, move, rename, delete or apply with -n --json, dupes plan --json"] = planned
    whole: dict[str, Any] = {key: value for one in planned["operations"] for key, value in one.items()}
    found["an operation in a plan"] = whole
    found["a refused file, in a plan or a report"] = planned["refused"][0]
    done = lib("delete", "bad", "kick , bad", "-y", "--last-copies", "--json")
    found[
        "a report: copy, move, rename, delete, apply, undo, restore or quarantine empty with -y --json"
    ] = done.json  # fmt: skip
    found["undo -n --json, restore -n --json"] = lib("undo", "-n", "--json").json
    history = lib("history", "--json").json
    found["history --json"] = history
    found["an entry in history --json"] = history["entries"][0]
    held = lib("quarantine", "list", "--json").json
    found["quarantine list --json"] = held
    found["a file in quarantine list --json"] = {key: value for one in held["files"] for key, value in one.items()}
    found["quarantine empty -n --json"] = lib("quarantine", "empty", "--older-than", "0", "-n", "--json").json
    assert set(found) == set(FILE_SHAPES)
    for name_of, document in found.items():
        told = [key for key in FILE_SHAPES[name_of] if not key.endswith("_b64")]
        assert [key for key in document if not key.endswith("_b64")] == told, name_of
        assert {key for key in document if key.endswith("_b64")} <= set(FILE_SHAPES[name_of]), name_of
