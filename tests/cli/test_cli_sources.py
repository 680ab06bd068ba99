"""`ctk sources`: the configuration file is edited, its comments stay, the catalog follows."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.calling import Terminal
from tests.support.library import put, wav

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Ctk

CONFIG = """\
# my sounds

[scan]
min_file_size = 64  # small clicks too

# the big drive
[sources.one]
path = "{root}/one" # where it is
enabled = true
# projects

[queries]
short = "duration:..1"
"""


@pytest.fixture
def root(tmp_path: Path, ctk: Ctk, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a configuration with comments and a source of two sounds, scanned."""
    put(tmp_path / "one" / "kick.wav", wav(1))
    put(tmp_path / "one" / "snare.wav", wav(2))
    (tmp_path / "two").mkdir()
    (tmp_path / "ctk.toml").write_text(CONFIG.format(root=tmp_path))
    monkeypatch.setenv("CTK_CONFIG", str(tmp_path / "ctk.toml"))
    assert ctk("scan", "-q").code == 0
    return tmp_path


def written(root: Path) -> str:
    return (root / "ctk.toml").read_text()


def sources(ctk: Ctk) -> dict[str, dict[str, object]]:
    return {one["name"]: one for one in ctk("sources", "--json").json["sources"]}


def test_list_is_the_plain_command(root: Path, ctk: Ctk) -> None:
    assert ctk("sources").out == ctk("sources", "list").out
    assert ctk("sources", "--json").out == ctk("sources", "list", "--json").out
    head, row = ctk("sources").lines
    assert head.split() == ["NAME", "STATUS", "FILES", "SIZE", "LENGTH", "LAST", "SCAN", "PATH"]
    assert row.split()[:3] == ["one", "ok", "2"]
    assert row.endswith(f"  {root}/one")


def test_without_any_it_tells_how_to_add_one(ctk: Ctk) -> None:
    assert ctk("sources").text == "no source yet: `ctk sources add NAME PATH`\n"
    assert ctk("sources", "--json").json == {"v": 1, "sources": []}


def test_add_makes_the_file_and_keeps_what_is_in_it(root: Path, ctk: Ctk) -> None:
    before = written(root)
    said = ctk("sources", "add", "two", root / "two", "--exclude", "**/demos/**", "--exclude", "*.tmp", "--removable")
    assert (said.code, said.text, said.err) == (0, "two is a source now: `ctk scan two` catalogs it\n", "")
    assert all(line in written(root).splitlines() for line in before.splitlines())
    assert f'path = "{root}/two"' in written(root)
    assert 'exclude = ["**/demos/**", "*.tmp"]' in written(root)
    assert sources(ctk)["two"]["removable"] is True
    assert ctk("config", "check").code == 0


def test_add_without_a_file_makes_the_documented_default(root: Path, ctk: Ctk) -> None:
    file = root / "new" / "ctk.toml"
    said = ctk("--config", file, "--db", root / "new.db", "sources", "add", "one", root / "one", "--protected")
    assert (said.code, said.err) == (0, "")
    assert file.read_text().startswith("# The configuration of ctk.")
    assert "protected = true" in file.read_text()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["add", "one", "{root}/two"], 2, "there is a source one already"),
        (["add", "ONE", "{root}/two"], 2, "there is a source one already"),
        (["add", "two", "{root}/nowhere"], 2, "{root}/nowhere: not a folder"),
        (["add", "two", "{root}/one"], 2, "{root}/one is the source one already"),
        (["add", "a b", "{root}/two"], 2, "letters, digits"),
        (["add", "-x", "{root}/two"], 2, "-x is not an option of `ctk sources add`"),
        (["add", "--", "-x", "{root}/two"], 2, "letters, digits"),
        (["add", "two"], 2, "PATH"),
        (["relocate", "one", "{root}/nowhere"], 2, "{root}/nowhere: not a folder"),
        (["protect", "one", ""], 2, "PATTERN"),
        *(([verb, "none"], 2, "there is no source called 'none'") for verb in ("remove", "enable", "disable")),
        (["relocate", "none", "{root}/two"], 2, "there is no source called 'none'"),
        (["protect", "none", "x"], 2, "there is no source called 'none'"),
    ],
)
def test_what_is_refused_changes_nothing(words: list[str], code: int, told: str, root: Path, ctk: Ctk) -> None:
    before = written(root)
    said = ctk("sources", *[word.replace("{root}", str(root)) for word in words])
    assert (said.code, said.out) == (code, b"")
    assert told.replace("{root}", str(root)) in said.err
    assert 1 <= len(said.err.splitlines()) <= 2
    assert written(root) == before


def test_enable_and_disable(root: Path, ctk: Ctk) -> None:
    before = written(root)
    assert ctk("sources", "disable", "one").text == "one is disabled\n"
    assert written(root) == before.replace("enabled = true", "enabled = false")
    assert sources(ctk)["one"]["status"] == "disabled"
    assert ctk("search", "--count").text == "2\n"
    assert ctk("sources", "enable", "one").text == "one is enabled\n"
    assert written(root) == before
    assert sources(ctk)["one"]["status"] == "ok"


def test_relocate_reads_nothing_again(root: Path, ctk: Ctk) -> None:
    before = written(root)
    (root / "one").rename(root / "elsewhere")
    assert sources(ctk)["one"]["status"] == "offline"
    said = ctk("sources", "relocate", "one", root / "elsewhere")
    assert (said.code, said.text) == (0, f"one is at {root}/elsewhere now\n")
    assert written(root) == before.replace(f"{root}/one", f"{root}/elsewhere")
    assert sources(ctk)["one"]["status"] == "ok"
    report = ctk("scan", "--json").json
    assert (report["unchanged"], report["new"], report["moved"]) == (2, 0, 0)


def test_protect(root: Path, ctk: Ctk) -> None:
    said = ctk("sources", "protect", "one", "kick*")
    assert (said.code, said.text) == (0, "kick* is protected in one\n")
    assert 'protect = ["kick*"]' in written(root)
    assert "# where it is" in written(root)
    found = {one["filename"]: one["protected"] for one in ctk("search", "--json").json["files"]}
    assert found == {"kick.wav": True, "snare.wav": False}


def test_a_pattern_that_begins_with_a_dash_stands_behind_two(root: Path, ctk: Ctk) -> None:
    assert ctk("sources", "protect", "one", "-x*").code == 2
    assert ctk("sources", "protect", "--", "one", "-x*").code == 0
    assert 'protect = ["-x*"]' in written(root)


def test_remove_needs_a_yes_that_nobody_gives(root: Path, ctk: Ctk) -> None:
    before = written(root)
    said = ctk("sources", "remove", "one")
    assert (said.code, said.out) == (4, b"")
    assert said.err == (
        "ctk: this needs a yes: forget the source one (its files stay where they are)\n"
        "     nobody can be asked here; --yes says it\n"
    )
    assert written(root) == before


@pytest.mark.parametrize("yes", ["-y", "--yes"])
def test_remove_forgets_paths_and_touches_no_file(yes: str, root: Path, ctk: Ctk) -> None:
    said = ctk("sources", "remove", "one", yes)
    assert (said.code, said.err) == (0, "")
    assert said.text == "one is no source any more; 2 paths forgotten, no file touched\n"
    assert "[sources.one]" not in written(root)
    assert "# my sounds\n" in written(root)
    assert "small clicks too" in written(root)
    assert ctk("search", "--count").text == "0\n"
    assert (root / "one" / "kick.wav").exists()


@pytest.mark.parametrize(
    ("typed", "code"), [("\n", 4), ("n\n", 4), ("yo\n", 4), ("\x04", 4), ("y\n", 0), ("YES\n", 0)], ids=repr
)
def test_on_a_terminal_it_asks_and_no_is_the_default(typed: str, code: int, root: Path, ctk: Ctk) -> None:
    with Terminal("sources", "remove", "one") as terminal:
        terminal.until("Forget the source one (its files stay where they are)? [y/N] ")
        terminal.write(typed)
        assert terminal.end() == code
    assert ("nothing was done" in terminal.text) == (code == 4)
    assert ("[sources.one]" in written(root)) == (code == 4)
    assert ctk("search", "--count").text == ("2\n" if code else "0\n")


def test_a_source_that_left_the_configuration_is_shown_and_can_be_forgotten(root: Path, ctk: Ctk) -> None:
    (root / "ctk.toml").write_text("")
    found = sources(ctk)["one"]
    assert (found["configured"], found["status"], found["reason"]) == (
        False,
        "offline",
        "no longer in the configuration",
    )
    assert "one: no longer in the configuration" in ctk("sources").text
    assert ctk("sources", "remove", "one", "-y").code == 0
    assert sources(ctk) == {}


def test_what_is_offline_is_told_below_the_table(root: Path, ctk: Ctk) -> None:
    shutil.rmtree(root / "one")
    assert ctk("sources").lines[-1] == f"one: {root}/one does not exist"


def test_a_nested_source_is_told(root: Path, ctk: Ctk) -> None:
    (root / "one" / "drums").mkdir()
    said = ctk("sources", "add", "drums", root / "one" / "drums")
    assert (said.code, said.err) == (0, "ctk: it lies inside the source one; its files are its own from now on\n")
