"""Commands that change files: delete, copy, move, rename; there and back again, and what they refuse."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.calling import Terminal
from tests.support.changing import difference, tree
from tests.support.library import put, wav
from tests.support.sampled import FILES, make_sampled

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Ctk
    from tests.support.sampled import Sampled

SIZE = len(wav(1))
CHANGING = (
    ["delete"],
    ["move", "--to", "/nowhere"],
    ["copy", "--to", "/nowhere"],
    ["rename", "--template", "{n}"],
    ["restore"],
)


@pytest.fixture
def lib(tmp_path: Path, ctk: Ctk) -> Sampled:
    return make_sampled(tmp_path, ctk)


# --- delete ----------------------------------------------------------------------------------------------------------


def test_what_is_deleted_comes_back_as_it_was(lib: Sampled) -> None:
    before = tree(lib.root)
    said = lib("delete", "kick copy", "-y")
    assert (said.code, said.err) == (0, "")
    assert lib.there() == set(FILES) - {"drums/kick copy.wav"}
    assert said.lines[0] == (
        f"quarantine  {lib.root}/drums/kick copy.wav  (stays: {lib.root}/drums/kick.wav)"
    )  # fmt: skip
    entry = lib("history", "--json").json["entries"][0]
    assert said.lines[-1] == f"`ctk undo {entry['id']}` takes it back"
    assert (entry["kind"], entry["state"], entry["operations"], entry["query"]) == (
        "clean-up", "applied", 1, "kick copy"
    )  # fmt: skip
    assert lib("search", "--count", "is:quarantined").text == "0\n"  # the sound has other copies
    back = lib("undo", "-y")
    assert (back.code, back.err) == (0, "")
    assert difference(before, tree(lib.root)) == []
    states = [(one["kind"], one["state"]) for one in lib("history", "--json").json["entries"]]
    assert states == [("undo", "applied"), ("clean-up", "undone")]


def test_undoing_an_undo_does_it_again(lib: Sampled) -> None:
    lib("delete", "kick copy", "-y")
    lib("undo", "-y")
    newest = lib("history", "--json").json["entries"][0]["id"]
    assert lib("undo", newest, "-y").code == 0
    assert lib.there() == set(FILES) - {"drums/kick copy.wav"}


def test_a_dry_run_changes_nothing(lib: Sampled) -> None:
    before = tree(lib.root)
    for words, code in (
        ("delete kick -n", 3),  # one of the three stays, and that is told
        ("delete kick -n -y", 3),
        ("delete * -n --last-copies", 3),
        ("move kick --to OUT -n", 0),
        ("copy kick --to OUT --dry-run", 0),
        ("rename kick --template {n} -n", 0),
        ("dupes plan", 0),
    ):
        said = lib(*[str(lib.outside) if word == "OUT" else word for word in words.split()])
        assert said.code == code, words
        assert "kick" in said.text
    assert difference(before, tree(lib.root)) == []
    assert not lib.outside.exists()
    assert not (lib.root / ".ctk-quarantine").exists()
    assert lib("history", "--json").json["entries"] == []


def test_nobody_to_ask_is_a_no(lib: Sampled) -> None:
    said = lib("delete", "kick copy")
    assert said.code == 4
    assert said.err.endswith("     nobody can be asked here; --yes says it\n")
    assert lib.there() == set(FILES)


def test_last_copies_need_their_own_word(lib: Sampled) -> None:
    said = lib("delete", "snare", "-y")
    assert (said.code, lib.there()) == (4, set(FILES))
    assert said.err == (
        "ctk: 1 file of the plan would be the only copy\n"
        "     --last-copies allows that; without it, leave them out of the query\n"
    )
    assert "1 of them the only copy" in said.text
    assert lib("delete", "snare", "-y", "--last-copies").code == 0
    assert lib.there() == set(FILES) - {"drums/snare.wav"}
    assert lib("search", "is:quarantined", "--fields", "filename").text == "snare.wav\n"
    assert lib("restore", "is:quarantined", "-y").code == 0
    assert lib.there() == set(FILES)


def test_of_all_copies_one_stays(lib: Sampled) -> None:
    plan = lib("delete", "kick", "-n", "--json").json
    assert (plan["files"], plan["last"]) == (2, 0)
    assert {one["keeper"] for one in plan["operations"]} == {f"{lib.root}/drums/kick.wav"}


def test_a_path_means_that_copy(lib: Sampled) -> None:
    assert lib("delete", lib.root / "drums" / "kick.wav", "-y").code == 0
    assert lib.there() == set(FILES) - {"drums/kick.wav"}
    listed = lib.root.parent / "list"
    listed.write_bytes(os.fsencode(f"{lib.root}/old/kick (1).wav\0/not/there.wav\0"))
    said = lib("delete", "--from0", listed, "-y")
    assert said.code == 3
    assert "     /not/there.wav\n" in said.err
    assert lib.there() == set(FILES) - {"drums/kick.wav", "old/kick (1).wav"}


def test_an_empty_query_is_refused(lib: Sampled) -> None:
    for words in CHANGING:
        for query in ([], [""], ["name+"]):
            said = lib(words[0], *query, *words[1:], "-y")
            assert (said.code, said.out) == (2, b""), (words, query)
            assert said.err == "ctk: which sounds?\n     a query, paths or ids; '*' means all\n"
    assert lib.there() == set(FILES)


def test_nothing_found_is_nothing_done(lib: Sampled) -> None:
    said = lib("delete", "xyzzy", "-y")
    assert (said.code, said.text, said.err) == (0, "nothing to quarantine\n", "")


# --- on a terminal ---------------------------------------------------------------------------------------------------


def test_the_question_on_a_terminal(lib: Sampled) -> None:
    for answer, code in (("", 4), ("y", 0)):
        assert lib.there() == set(FILES)
        with Terminal("delete", "copy") as terminal:
            terminal.until(f"Quarantine 1 file, {SIZE} B? [y/N] ")
            terminal.write(f"{answer}\n")
            assert terminal.end() == code
    assert lib.there() == set(FILES) - {"drums/kick copy.wav"}


def test_the_number_of_last_copies_is_typed(lib: Sampled) -> None:
    for answer, code in (("y", 4), ("2", 0)):
        assert lib.there() == set(FILES)
        with Terminal("delete", "snare , alone") as terminal:
            terminal.until("Type 2, the number of only copies: ")
            terminal.write(f"{answer}\n")
            assert terminal.end() == code
    assert len(lib.there()) == 3


# --- copy ------------------------------------------------------------------------------------------------------------


def test_copies_in_a_project(lib: Sampled) -> None:
    before = tree(lib.root)
    assert lib("copy", "kick , snare", "--to", lib.outside, "-y").code == 0
    assert sorted(path.name for path in lib.outside.iterdir()) == ["kick.wav", "snare.wav"]
    assert (lib.outside / "snare.wav").read_bytes() == wav(2)
    assert difference(before, tree(lib.root)) == []
    (lib.outside / "snare.wav").write_bytes(b"worked on")
    back = lib("undo", "-y")
    assert back.code == 3
    assert "snare.wav: " in back.err
    assert [path.name for path in lib.outside.rglob("*.wav") if ".ctk-quarantine" not in path.parts] == ["snare.wav"]


def test_links_in_a_project(lib: Sampled) -> None:
    assert lib("copy", "snare", "--to", lib.outside, "--as", "symlink", "-y").code == 0
    assert os.readlink(lib.outside / "snare.wav") == f"{lib.root}/drums/snare.wav"
    assert lib("copy", "alone", "--to", lib.outside, "--as", "hardlink", "-y").code == 0
    assert (lib.outside / "alone.wav").samefile(lib.root / "old" / "alone.wav")


def test_the_folders_below_the_source(lib: Sampled) -> None:
    assert lib("copy", "snare , alone", "--to", lib.outside, "--tree", "-y").code == 0
    found = {str(path.relative_to(lib.outside)) for path in lib.outside.rglob("*.wav")}
    assert found == {"drums/snare.wav", "old/alone.wav"}


def test_a_name_that_is_taken(lib: Sampled) -> None:
    put(lib.outside / "snare.wav", b"mine")
    for more, code, names in (
        ([], 4, {"snare.wav"}),
        (["--on-exists", "skip"], 4, {"snare.wav"}),
        (["--on-exists", "number"], 0, {"snare.wav", "snare 2.wav"}),
    ):
        said = lib("copy", "snare", "--to", lib.outside, "-y", *more)
        assert said.code == code, more
        assert {path.name for path in lib.outside.glob("*.wav")} == names
    assert (lib.outside / "snare.wav").read_bytes() == b"mine"


# --- move ------------------------------------------------------------------------------------------------------------


def test_moving_warns_of_projects_and_comes_back(lib: Sampled) -> None:
    before = tree(lib.root)
    said = lib("move", "snare", "--to", lib.outside, "-y")
    assert said.code == 0
    assert said.err == "ctk: projects which use these files will not find them; --leave-symlink helps\n"
    assert (lib.outside / "snare.wav").read_bytes() == wav(2)
    assert "drums/snare.wav" not in lib.there()
    assert lib("undo", "-y").code == 0
    assert difference(before, tree(lib.root)) == []


def test_a_link_where_a_moved_file_was(lib: Sampled) -> None:
    before = tree(lib.root)
    said = lib("move", "snare", "--to", lib.root / "new", "--leave-symlink", "-y")
    assert (said.code, said.err) == (0, "")
    assert (lib.root / "drums" / "snare.wav").is_symlink()
    assert (lib.root / "drums" / "snare.wav").read_bytes() == wav(2)
    assert lib("search", "snare", "--paths").text == f"{lib.root}/new/snare.wav\n"
    assert lib("undo", "-y").code == 0
    assert difference(before, {path: seen for path, seen in tree(lib.root).items() if "/new" not in path}) == []


# --- rename ----------------------------------------------------------------------------------------------------------


def test_names_by_a_template(lib: Sampled) -> None:
    before = tree(lib.root)
    assert lib("rename", "old/", "name+", "--template", "{name} {n:03}", "-y").code == 0
    assert {"old/alone 001.wav", "old/kick (1) 002.wav"} < lib.there()
    assert lib("undo", "-y").code == 0
    assert difference(before, tree(lib.root)) == []
    assert lib("rename", "alone", "--template", "s/alone/lonely/", "-y").code == 0
    assert "old/lonely.wav" in lib.there()


def test_a_template_that_is_off(lib: Sampled) -> None:
    said = lib("rename", "kick", "--template", "{nmae}", "-y")
    assert said.code == 2
    assert "nmae" in said.err
    assert lib("rename", "kick", "-y").err.startswith("ctk: --template says how, or --edit\n")
    assert lib("rename", "kick", "--edit", "--template", "{n}").code == 2


def editor(folder: Path, code: str) -> str:
    """Return a command that changes the file it is called with."""
    script = folder / "an editor.py"
    script.write_text(f"import os, sys\nfile = sys.argv[-1]\ntext = open(file).read()\n{code}\n")
    return f"{sys.executable} '{script}' --wait"


def test_names_in_an_editor(lib: Sampled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    seen = tmp_path / "seen"
    code = (
        f"open({str(seen)!r}, 'w').write(f'{{os.stat(file).st_mode & 0o777:o}} {{file}}\\n' + text)\n"
        "open(file, 'w').write(text.replace('snare', 'snap'))"
    )
    monkeypatch.setenv("EDITOR", editor(tmp_path, code))
    assert lib("rename", "alone , snare", "name+", "--edit", "-y").code == 0
    assert {"drums/snap.wav", "old/alone.wav"} < lib.there()
    head, *names = seen.read_text().splitlines()
    mode, _, file = head.partition(" ")
    assert (mode, names) == ("600", ["alone.wav", "snare.wav"])
    assert not os.path.exists(file)


def test_an_editor_that_does_it_wrong(lib: Sampled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for code, exit_code, words in (
        ("open(file, 'w').write(text + 'more\\n')", 2, "3 lines for 2 files"),
        ("open(file, 'w').write('')", 2, "1 line for 2 files"),
        ("sys.exit(1)", 1, "nothing was renamed"),
        ("open(file, 'w').write('../up.wav\\na/b.wav\\n')", 4, "left as they are"),
        ("open(file, 'w').write(text)", 0, ""),
    ):
        monkeypatch.setenv("VISUAL", editor(tmp_path, code))
        said = lib("rename", "snare , alone", "--edit", "-y")
        assert said.code == exit_code, code
        assert words in said.err
        assert lib.there() == set(FILES)
    monkeypatch.setenv("VISUAL", editor(tmp_path, "open(file, 'w').write('same.wav\\nsame.wav\\n')"))
    assert lib("rename", "dir:old", "--edit", "-y").code == 3  # both lie in one folder
    assert len(lib.there()) == 5
    assert "old/same.wav" in lib.there()


def test_no_editor(lib: Sampled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "")
    assert lib("rename", "kick", "--edit").code == 2
    monkeypatch.setenv("EDITOR", "no-such-editor")
    assert lib("rename", "kick", "--edit").err.endswith("     nothing was renamed\n")


# --- names as bad as they get ----------------------------------------------------------------------------------------


def test_hostile_names_go_and_come_back(ctk: Ctk, tmp_path: Path) -> None:
    names = [b"two\nlines.wav", "bidi \u202eevaw.wav".encode(), b"bad \xff.wav", b"\x1b[31mred.wav", b"-n.wav"]
    for number, name in enumerate(names):
        put(os.path.join(os.fsencode(tmp_path), b"lib", name), wav(number))
    ctk("sources", "add", "lib", tmp_path / "lib")
    ctk("scan", "-q")
    before = tree(tmp_path / "lib")
    said = ctk("delete", "*", "-n", "--last-copies", "--json")
    raw = {one.get("from_b64") for one in said.json["operations"]}
    assert len(raw) == 2  # one is not UTF-8
    with Terminal("delete", "*", "--last-copies", "-y", columns=200) as terminal:
        assert terminal.end() == 0
        shown = terminal.text
    assert "two\\nlines.wav" in shown
    assert "bidi \\u202eevaw.wav" in shown
    assert "bad \ufffd.wav" in shown
    assert "\\x1b[31mred.wav" in shown
    assert not any(character in terminal.raw for character in ("\u202e", "\x1b[31mred"))
    assert not list((tmp_path / "lib").glob("*.wav"))
    listed = ctk("quarantine", "list", "--json").json["files"]
    assert len(listed) == 5
    assert ctk("undo", "-y").code == 0
    assert difference(before, tree(tmp_path / "lib")) == []


def test_modes_stay_and_folders_get_their_times_back(lib: Sampled) -> None:
    file = lib.root / "drums" / "kick copy.wav"
    file.chmod(0o640)
    os.utime(lib.root / "drums", (1_500_000_000, 1_500_000_000))
    before = tree(lib.root)
    assert lib("delete", "copy", "-y").code == 0
    assert lib("undo", "-y").code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert difference(before, tree(lib.root)) == []
