from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.config.edit import add_source, protect, relocate, remove_source, set_enabled
from ctk_tui.config.load import Loaded, load
from ctk_tui.config.store import default_text
from ctk_tui.model.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

OPEN = """\
# my sounds
[database]
path = ""  # as it is

# the fast disk
[sources.fast]
path = "/fast"   # nvme
protect = [ # what is in use
  "Live/**", # songs
  # more to come
]
# removable = true

# the NAS
[sources.nas]
enabled = false # slow
path = '/nas'

# how to scan
[scan]
workers = 2"""

FORMS = {
    "tables": '[sources.a]\npath = "/a"  # here\n\n[sources.b]\npath = "/b"\n[scan]\nworkers = 1\n',
    "dotted below sources": '[sources]\na.path = "/a"  # here\n  b.path = "/b"\n[scan]\nworkers = 1\n',
    "dotted at the top": 'sources.a.path = "/a"  # here\nsources."b".path = "/b"\nscan.workers = 1\n',
    "inline": '[sources]\na = {path = "/a"}  # here\nb = { path = "/b", protect = ["x"] }\n[scan]\nworkers = 1\n',
    "one inline table": 'sources = {a = {path = "/a"}, b = {path = "/b"}}  # here\n[scan]\nworkers = 1\n',
    "inline at the top": 'sources.a = {path = "/a"}  # here\nsources.b = {path = "/b"}\n[scan]\nworkers = 1\n',
    "other order": '[sources.a]\npath = "/a"  # here\n[scan]\nworkers = 1\n[sources.b]\npath = "/b"\n',
    "no line break at the end": '[scan]\nworkers=1\n[sources]\na.path = "/a"  # here\n[sources.b]\npath="/b"',
    "quoted header": '[scan]\nworkers=1\n["sources" . \'a\'] # here\npath = "/a"\n[sources.b]\npath="/b"',
    "lists of several lines inside": (
        'sources.a = {path = "/a", protect = [ # here\n"x" # why\n]}\nsources.b = {path="/b"}\nscan.workers = 1'
    ),
}


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "config.toml"
    file.write_bytes(text.encode())
    return file


def read(file: Path) -> str:
    return file.read_bytes().decode()


def test_each_edit_touches_its_place_alone(tmp_path: Path) -> None:
    file = write(tmp_path, OPEN)
    set_enabled(file, "fast", False)
    set_enabled(file, "nas", True)
    protect(file, "fast", "Old songs/**")
    protect(file, "nas", "in use")
    relocate(file, "nas", Path("/mnt/nas 2"))
    add_source(file, "usb", Path("/usb"), exclude=["**/tmp/**"], removable=True)
    assert read(file) == OPEN.replace(
        "  # more to come\n]\n# removable = true\n",
        '  # more to come\n  "Old songs/**"\n]\nenabled = false\n# removable = true\n',
    ).replace(
        "enabled = false # slow\npath = '/nas'\n",
        'enabled = true # slow\npath = "/mnt/nas 2"\nprotect = ["in use"]\n\n'
        '[sources.usb]\npath = "/usb"\nexclude = ["**/tmp/**"]\nremovable = true\n',
    )
    remove_source(file, "fast")
    text = read(file)
    assert "# the fast disk\n# removable = true\n\n# the NAS\n[sources.nas]\n" in text
    assert "nvme" not in text
    assert [source.name for source in load(file, strict=True).settings.sources] == ["nas", "usb"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_every_way_to_write_sources_can_be_edited(tmp_path: Path, text: str, newline: str) -> None:
    file = write(tmp_path, text.replace("\n", newline))
    before = tomllib.loads(text)

    def expect(loaded: Loaded, change: Callable[[dict[str, Any]], object]) -> None:
        change(before["sources"])
        assert tomllib.loads(read(file)) == before
        assert list(tomllib.loads(read(file))["sources"]) == [source.name for source in loaded.settings.sources]
        assert load(file, strict=True) == loaded
        assert "# here" in read(file)
        assert ("# why" in read(file)) == ("# why" in text)
        assert "\r" not in read(file).replace("\r\n", "")
        assert newline == "\n" or read(file).count("\n") == read(file).count("\r\n")

    expect(set_enabled(file, "a", False), lambda sources: sources["a"].update(enabled=False))
    expect(set_enabled(file, "b", False), lambda sources: sources["b"].update(enabled=False))
    expect(set_enabled(file, "b", True), lambda sources: sources["b"].update(enabled=True))
    expect(protect(file, "a", "y"), lambda sources: sources["a"].setdefault("protect", []).append("y"))
    expect(protect(file, "b", "y"), lambda sources: sources["b"].setdefault("protect", []).append("y"))
    expect(protect(file, "b", "z"), lambda sources: sources["b"]["protect"].append("z"))
    expect(relocate(file, "a", Path("/else")), lambda sources: sources["a"].update(path="/else"))
    expect(
        add_source(file, "c", Path("/c"), protected=True),
        lambda sources: sources.update(c={"path": "/c", "protected": True}),
    )
    expect(remove_source(file, "b"), lambda sources: sources.pop("b"))
    expect(remove_source(file, "c"), lambda sources: sources.pop("c"))
    remove_source(file, "a")
    assert load(file, strict=True).settings.sources == ()
    assert load(file, strict=True).settings.scan.workers == 1


def test_adding_and_removing_again_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    for text in (default_text(), OPEN + "\n", "", FORMS["other order"], "# alone\n"):
        file = write(tmp_path, text)
        add_source(file, "new", Path("/new"))
        assert read(file) != text
        remove_source(file, "new")
        assert read(file) == text


def test_a_missing_file_begins_as_the_documented_default(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "er" / "config.toml"
    loaded = add_source(file, "samples", tmp_path / "Samples")
    block = f'[sources.samples]\npath = "{tmp_path / "Samples"}"\n'
    text = read(file)
    assert text.replace(f"{block}\n", "") == default_text()
    # Below the example, above [scan].
    assert text.index('# quarantine = ""') < text.index(block) < text.index("\n[scan]")
    assert loaded == load(file, strict=True)
    assert loaded.settings.source("samples") is not None
    add_source(file, "second", tmp_path)
    assert (
        read(file).index("[sources.samples]\npath") < read(file).index("[sources.second]") < text.index("\n[scan]") + 99
    )


def test_an_example_in_a_string_is_no_place_for_a_source(tmp_path: Path) -> None:
    text = '[queries]\na = """\n# [sources.x]\n"""\nb = "y"\n'
    file = write(tmp_path, text)
    add_source(file, "new", Path("/new"))
    assert read(file) == text + '\n[sources.new]\npath = "/new"\n'


def test_what_is_so_already_is_not_written_again(tmp_path: Path, home: Path) -> None:
    file = write(tmp_path, '[sources.a]\npath = "~/a"\nprotect = ["x"]\n')
    before = file.stat()
    for loaded in (set_enabled(file, "a", True), protect(file, "a", "x"), relocate(file, "a", home / "a")):
        assert loaded == load(file, strict=True)
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_paths_of_the_command_line_are_written_absolute(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "work"
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    work.mkdir()
    (work / "link").symlink_to(tmp_path / "elsewhere" / "deep")
    monkeypatch.chdir(work)
    file = tmp_path / "config.toml"
    add_source(file, "a", Path("Samples"))
    add_source(file, "b", Path("~/Samples"))
    add_source(file, "c", Path("link/../Samples"))
    add_source(file, "d", Path("link"))
    assert [source.path for source in load(file, strict=True).settings.sources] == [
        work / "Samples",
        home / "Samples",
        tmp_path / "elsewhere" / "Samples",
        work / "link",
    ]
    with pytest.raises(UsageError, match="no home folder for ~nobody-here"):
        relocate(file, "a", Path("~nobody-here/x"))


@pytest.mark.parametrize(
    "root", ['/a"b', "/a'b", "/a\\b", "/a\nb\t", "/ü ñ \u202e", "/[scan]", "/a # b", "/a'''\"\"\""]
)
def test_folders_of_any_name(tmp_path: Path, root: str) -> None:
    file = write(tmp_path, OPEN)
    assert add_source(file, "odd", Path(root)).settings.sources[2].path == Path(root)
    assert relocate(file, "nas", Path(root)).settings.sources[1].path == Path(root)
    assert load(file, strict=True).settings.sources[2].path == Path(root)


def test_a_windows_path_stands_in_single_quotes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "abspath", os.fspath)
    file = write(tmp_path, "")
    add_source(file, "win", Path("D:\\Samples\\new"))
    assert read(file) == "[sources.win]\npath = 'D:\\Samples\\new'\n"


def test_what_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, OPEN)
    bad = Path(os.fsdecode(b"/mnt/caf\xe9"))
    attempts: list[Callable[[], object]] = [
        lambda: add_source(file, "x", bad),
        lambda: relocate(file, "nas", bad),
        lambda: protect(file, "nas", os.fsdecode(b"caf\xe9/**")),
        lambda: add_source(file, "x", Path("/x"), exclude=[os.fsdecode(b"caf\xe9")]),
        lambda: add_source(file, os.fsdecode(b"caf\xe9"), Path("/x")),
        lambda: remove_source(file, os.fsdecode(b"caf\xe9")),
    ]
    for attempt in attempts:
        with pytest.raises(UsageError) as caught:
            attempt()
        assert "caf\N{REPLACEMENT CHARACTER}" in caught.value.message
        caught.value.message.encode()
    with pytest.raises(UsageError) as caught:
        add_source(file, "x", bad)
    assert caught.value.message == "/mnt/caf\N{REPLACEMENT CHARACTER}: not UTF-8, and a TOML file cannot hold that"
    assert caught.value.hint
    assert read(file) == OPEN


def test_wrong_words_are_told_with_the_nearest_right_one(tmp_path: Path) -> None:
    file = write(tmp_path, OPEN)
    with pytest.raises(UsageError, match="there is no source nsa") as caught:
        set_enabled(file, "nsa", False)
    assert caught.value.hint == "did you mean nas?"
    with pytest.raises(UsageError) as caught:
        remove_source(file, "zzz")
    assert caught.value.hint == "there are: fast, nas"
    with pytest.raises(UsageError, match="there is a source nas already") as caught:
        add_source(file, "NAS", Path("/x"))
    assert "relocate nas" in caught.value.hint
    with pytest.raises(UsageError, match="NAME: a name of letters"):
        add_source(file, "my nas", Path("/x"))
    with pytest.raises(UsageError, match=r"PATTERN: .* matches nothing"):
        protect(file, "nas", "./x")
    with pytest.raises(UsageError, match=r"--exclude: .* matches nothing"):
        add_source(file, "x", Path("/x"), exclude=["C:\\x"])
    assert read(file) == OPEN


def test_a_pattern_that_begins_with_the_path_of_the_source_is_not_written(tmp_path: Path) -> None:
    file = write(tmp_path, OPEN)
    relocate(file, "nas", Path("/mnt/nas"))
    text = read(file)
    with pytest.raises(ConfigError, match='did you mean "songs/x"'):
        protect(file, "nas", "/mnt/nas/songs/x")
    assert read(file) == text


def test_a_source_that_a_keep_rule_names_is_not_removed(tmp_path: Path) -> None:
    text = OPEN + '\n[duplicates]\nkeep = ["source:nas"]\n'
    file = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        remove_source(file, "nas")
    assert "cannot remove source nas" in caught.value.message
    assert "duplicates.keep: entry 1: there is no source nas" in caught.value.message
    assert read(file) == text


@pytest.mark.parametrize("text", ["[scan]\nworkerz = 1\n", "[scan\n", "\xff"])
def test_a_file_with_problems_is_not_edited(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError) as strict:
        load(file, strict=True)
    with pytest.raises(ConfigError) as caught:
        add_source(file, "x", Path("/x"))
    assert caught.value.message == strict.value.message
    assert file.read_bytes() == text.encode("latin-1")


def test_a_retired_key_is_no_problem(tmp_path: Path) -> None:
    file = write(tmp_path, "[scan]\nhash_chunk_size = 1\n")
    assert add_source(file, "x", Path("/x")).warnings[0].key == "scan.hash_chunk_size"
    assert read(file).startswith("[scan]\nhash_chunk_size = 1\n")


def test_a_commented_key_stays_with_its_source(tmp_path: Path) -> None:
    own = '[sources.a]\npath = "/a"\n# removable = true\n'
    file = write(tmp_path, f"{own}\n# how to scan\n[scan]\n")
    add_source(file, "b", Path("/b"))
    assert read(file) == f'{own}\n[sources.b]\npath = "/b"\n\n# how to scan\n[scan]\n'
    # Directly above a header it is that table's.
    above = '[sources.a]\npath = "/a"\n'
    file = write(tmp_path, f"{above}# how to scan\n[scan]\n")
    add_source(file, "b", Path("/b"))
    assert read(file) == f'{above}\n[sources.b]\npath = "/b"\n\n# how to scan\n[scan]\n'
