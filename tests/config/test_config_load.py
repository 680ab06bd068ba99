from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from ctk_tui.config.load import Loaded, load
from ctk_tui.model.errors import ConfigError
from ctk_tui.model.settings import EXCLUDES, ScanSettings, Settings, SourceSettings, UiSettings


def write(tmp_path: Path, text: str | bytes) -> Path:
    file = tmp_path / "config.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def strict_error(tmp_path: Path, text: str | bytes) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, text), strict=True)
    return caught.value


def problems(loaded: Loaded) -> list[str]:
    return [f"{problem.line}: {problem.message}" for problem in loaded.problems]


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    loaded = load(tmp_path / "no" / "config.toml", strict=True)
    assert loaded == Loaded(Settings(), tmp_path / "no" / "config.toml", exists=False)
    assert load(write(tmp_path, ""), strict=True).exists


EVERYTHING = """
[sources.zz-NAS_2]
path = "/mnt/nas"
enabled = false
exclude = ["**/demos/**", "!keep me"]
protected = true
protect = ["Ableton Projects/**"]
removable = true
read = "all"
quarantine = ".removed"
[sources.a]
path = "Samples/../Sounds"
[database]
path = "here.db"
[scan]
extensions = [".WAV", ".Ogg"]
min_file_size = 0
exclude = []
follow_symlinks = true
workers = 3
[audio]
buffer_ms = 100
volume = 1
audition = false
[duplicates]
keep = ["source:a", "in:Ableton/**", "newest"]
[classify]
checkpoint = "weights.pth"
device = "cuda:1"
name_hints = false
[queries]
chops = "vox, chop"
[ui]
theme = "nord"
space = "mark"
slow_link = true
ascii = true
[open]
reaper = 'reaper "{path}"'
[ui.keys]
mark = "space"
"""


def test_everything_that_can_be_set_is_read(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        EVERYTHING,
    )
    settings = load(file, strict=True).settings
    assert settings.sources == (
        SourceSettings(
            "zz-NAS_2",
            Path("/mnt/nas"),
            enabled=False,
            exclude=("**/demos/**", "!keep me"),
            protected=True,
            protect=("Ableton Projects/**",),
            removable=True,
            read="all",
            quarantine=os.path.join("/mnt/nas", ".removed"),
        ),
        SourceSettings("a", tmp_path / "Sounds"),
    )
    assert settings.database == tmp_path / "here.db"
    assert settings.scan == ScanSettings((".wav", ".ogg"), 0, (), follow_symlinks=True, workers=3)
    assert (settings.audio.buffer_ms, settings.audio.volume, settings.audio.audition) == (100, 1.0, False)
    assert isinstance(settings.audio.volume, float)
    assert settings.duplicates.keep == ("source:a", "in:Ableton/**", "newest")
    assert settings.classify.checkpoint == str(tmp_path / "weights.pth")
    assert (settings.classify.device, settings.classify.name_hints) == ("cuda:1", False)
    assert settings.queries == {"chops": "vox, chop"}
    assert settings.ui == UiSettings("nord", "mark", slow_link=True, ascii=True, keys={"mark": "space"})
    assert settings.open == {"reaper": 'reaper "{path}"'}


def test_home_and_relative_paths_of_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.chdir(write(tmp_path, '[sources.a]\npath = "~/S"\n[sources.b]\npath = "."\n').parent)
    sources = load(Path("config.toml"), strict=True).settings.sources
    assert [source.path for source in sources] == [tmp_path / "home" / "S", tmp_path]


OUTSIDE = "matches nothing: patterns begin at the folder of the source"
# What is written, and the sentence behind "config.toml:"; the second line is where the fault is.
WRONG = [
    ("[scan]\nextension = 1", "2: unknown key scan.extension (did you mean scan.extensions?)"),
    ("[scan]\nvolume = 1", "2: unknown key scan.volume (did you mean audio.volume?)"),
    ("\nextensions = []", "2: unknown key extensions (did you mean scan.extensions?)"),
    ("\n[scans]", "2: unknown table [scans] (did you mean [scan]?)"),
    ("\n[Scan]", "2: unknown table [Scan] (did you mean [scan]?)"),
    (
        "\nscan.'a b'=1",
        '2: unknown key scan."a b" (known: extensions, min_file_size, exclude, follow_symlinks, workers)',
    ),
    (
        "\n[zzz]",
        "2: unknown table [zzz] (known: database, scan, audio, duplicates, classify, ui, sources, queries, open)",
    ),
    ("\nscan = 1", "2: scan: a table [scan] is wanted, not 1"),
    ("\n[[scan]]", "2: scan: a table [scan] is wanted, not a list"),
    ("[ui]\nkeys = 3", "2: ui.keys: a table [ui.keys] is wanted, not 3"),
    ("[ui]\nkey = {}", "2: unknown key ui.key (did you mean ui.keys?)"),
    ("[scan]\nworkers = 'two'", '2: scan.workers: a whole number from 0 to 256 is wanted, not "two"'),
    ("[scan]\nworkers = true", "2: scan.workers: a whole number from 0 to 256 is wanted, not true"),
    ("[scan]\nworkers = -1", "2: scan.workers: a whole number from 0 to 256 is wanted, not -1"),
    ("[scan]\nworkers = 1.5", "2: scan.workers: a whole number from 0 to 256 is wanted, not 1.5"),
    ("[scan]\nfollow_symlinks = 1", "2: scan.follow_symlinks: true or false is wanted, not 1"),
    ("[scan]\nextensions = '.wav'", '2: scan.extensions: a list of extensions is wanted, not ".wav"'),
    ("[scan]\nextensions = []", "2: scan.extensions: one at least is wanted in the list of extensions"),
    (
        '[scan]\nextensions = ["wav"]',
        '2: scan.extensions: entry 1: an extension such as ".wav" is wanted, not "wav" (did you mean ".wav"?)',
    ),
    (
        '[scan]\nextensions = ["*.wav"]',
        '2: scan.extensions: entry 1: an extension such as ".wav" is wanted, not "*.wav" (did you mean ".wav"?)',
    ),
    (
        '[scan]\nextensions = [".tar.gz"]',
        '2: scan.extensions: entry 1: an extension such as ".wav" is wanted, not ".tar.gz"',
    ),
    ('[scan]\nexclude = ["a", "["]', '2: scan.exclude: entry 2: "[" matches nothing'),
    ("[audio]\nvolume = 1.5", "2: audio.volume: a number from 0 to 1 is wanted, not 1.5"),
    ("[audio]\nvolume = nan", "2: audio.volume: a number from 0 to 1 is wanted, not nan"),
    ("[audio]\nvolume = 2020-01-02", "2: audio.volume: a number from 0 to 1 is wanted, not 2020-01-02"),
    ("[audio]\nbuffer_ms = 1", '2: audio.buffer_ms: "auto" or a whole number from 5 to 2000 is wanted, not 1'),
    (
        '[audio]\naudition = "atuo"',
        '2: audio.audition: "auto" or true or false is wanted, not "atuo" (did you mean "auto"?)',
    ),
    ('[ui]\nspace = "plya"', '2: ui.space: "play" or "mark" is wanted, not "plya" (did you mean "play"?)'),
    ('[ui]\ntheme = ""', '2: ui.theme: some text is wanted, not ""'),
    ('[classify]\ndevice = "gpu"', '2: classify.device: "auto", "cpu", "cuda" or "cuda:N" is wanted, not "gpu"'),
    (
        '[duplicates]\nkeep = ["oldst"]',
        '2: duplicates.keep: entry 1: a keep rule is wanted, not "oldst" (did you mean "oldest"?)',
    ),
    (
        'sources.nas.path = "/n"\nduplicates.keep = ["oldest", "source:nass"]',
        "2: duplicates.keep: entry 2: there is no source nass (did you mean nas?)",
    ),
    (
        '[queries]\n"two words" = "x"',
        '2: queries."two words": a name of letters, digits, - and _ (no - in front) is wanted, not "two words"',
    ),
    ("[queries]\na = 1", "2: queries.a: a string is wanted, not 1"),
    (
        '[open]\nreaper = "reaper"',
        '2: open.reaper: {path} is missing: it stands for the file, as in "reaper {path}"',
    ),
    ('[database]\npath = "a\\u0000b"', "2: database.path: a NUL character cannot stand here"),
    ('[database]\npath = " "', '2: database.path: a path is wanted, not " "'),
    ('[database]\npath = "~nobody-here/x"', "2: database.path: there is no home folder for ~nobody-here"),
    ("\n[sources.a]\n", '2: sources.a: path is missing: path = "the folder"'),
    ('[sources.a]\npth = "x"', "2: unknown key sources.a.pth (did you mean sources.a.path?)"),
    ('[sources.a]\npath = ""', '2: sources.a.path: a path is wanted, not ""'),
    ('[sources]\npath = "x"', '2: sources.path: a table [sources.path] is wanted, not "x"'),
    ("\n[[sources]]", "2: sources: one table a source, [sources.NAME], is wanted, not a list"),
    (
        '\n[sources."my drive"]\npath = "x"',
        '2: sources."my drive": a name of letters, digits, - and _ (no - in front) is wanted, not "my drive"',
    ),
    ('\n[sources.-a]\npath = "x"', "no - in front"),
    (
        'sources.Nas = {path = "x"}\nsources.nas = {path = "x"}',
        "2: sources.nas: the name differs from sources.Nas (line 1) in nothing but case",
    ),
    (
        'sources.a.path = "x"\nsources.a.protectd = true',
        "2: unknown key sources.a.protectd (did you mean sources.a.protected?)",
    ),
    ('sources.a.path = "x"\nsources.a.read = "some"', '2: sources.a.read: "local" or "all" is wanted, not "some"'),
    (
        'sources.a.path = "/m/s"\nsources.a.protect = ["/m/s/Live"]',
        f'2: sources.a.protect: entry 1: "/m/s/Live" {OUTSIDE} (did you mean "Live"?)',
    ),
]


@pytest.mark.parametrize(("text", "message"), WRONG, ids=[text for text, _ in WRONG])
def test_strict_names_file_line_key_and_the_nearest(tmp_path: Path, text: str, message: str) -> None:
    error = strict_error(tmp_path, text)
    if message[0] == "2":
        assert error.message == f"{tmp_path / 'config.toml'}:{message}"
    else:
        assert message in error.message
    assert error.file == tmp_path / "config.toml"
    assert error.line == 2
    assert error.key
    assert error.key in error.message
    assert str(error) == error.message


@pytest.mark.parametrize(("text", "message"), WRONG, ids=[text for text, _ in WRONG])
def test_lenient_goes_on_with_the_default_and_lists_the_same(tmp_path: Path, text: str, message: str) -> None:
    loaded = load(write(tmp_path, text), strict=False)
    assert len(loaded.problems) == 1
    assert message in problems(loaded)[0]
    assert replace(loaded.settings, sources=()) == Settings()


def test_several_problems_come_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = '[ui]\nspace = "x"\nascii = true\n[scan]\nworkers = "x"\nmin_file_size = 64\nextensionz = 1\n'
    error = strict_error(tmp_path, text)
    assert error.line == 2
    assert error.hint == "2 more problems in it: `ctk config check` lists all"
    loaded = load(write(tmp_path, text), strict=False)
    assert [problem.line for problem in loaded.problems] == [2, 5, 7]
    assert [problem.key for problem in loaded.problems] == ["ui.space", "scan.workers", "scan.extensionz"]
    assert loaded.settings == Settings(scan=ScanSettings(min_file_size=64), ui=UiSettings(ascii=True))


def test_the_line_of_a_list_entry_is_its_own(tmp_path: Path) -> None:
    error = strict_error(tmp_path, '[scan]\nexclude = [\n  "**/a/**", # fine\n\n  3,\n]\n')
    assert error.message.endswith("config.toml:5: scan.exclude: entry 2: a string is wanted, not 3")


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "  ",
        "!",
        "/",
        "a\\\\",
        "[z-a]",
        "[[:alpha:]]",
        "#x",
        "[a",
        "./a",
        "../a",
        "a/../b",
        "~/a",
        "C:\\\\a",
        "a\\\\b/**",
    ],
)
def test_patterns_that_cannot_be_compiled_or_match_nothing(tmp_path: Path, pattern: str) -> None:
    error = strict_error(tmp_path, f'sources.a.path = "/x"\nsources.a.protect = ["ok", "{pattern}"]')
    assert error.message.startswith(f"{tmp_path / 'config.toml'}:2: sources.a.protect: entry 2: ")


@pytest.mark.parametrize(
    "pattern", [*EXCLUDES, "/a", "a/", "\\#x", "\\!x", "a\\*", "[a-z]*", "ü b", "**", "!a/**", "a\nb"]
)
def test_good_patterns(tmp_path: Path, pattern: str) -> None:
    quoted = pattern.replace("\\", "\\\\").replace("\n", "\\n")
    file = write(tmp_path, f'sources.a.path = "/x"\nsources.a.exclude = ["{quoted}"]')
    assert load(file, strict=True).settings.sources[0].exclude == (pattern,)


def test_a_retired_key_is_a_warning_that_names_its_successor(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, "[scan]\nworkers = 2\nhash_chunk_size = 'any'\n"), strict=True)
    assert loaded.settings.scan.workers == 2
    assert loaded.problems == ()
    (warning,) = loaded.warnings
    assert (warning.line, warning.key) == (3, "scan.hash_chunk_size")
    assert str(warning).startswith(
        f"{tmp_path / 'config.toml'}:3: scan.hash_chunk_size is retired: its successor is the"
    )
    assert "fingerprint" in str(warning)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("a = 1\na = 2\n", "2: not valid TOML: a stands here a second time", ""),
        ('[sources.a]\n[sources."a"]', "2: not valid TOML: [sources.a] stands here a second time", ""),
        ("[scan]\nworkers = [\n1,\n", "3: not valid TOML: the file ends where a value should stand", ""),
        ("[scan]\nworkers = two\n", "2: not valid TOML: Invalid value", "text stands in quotes"),
        ('\npath = "C:\\Users\\me"', "2: not valid TOML: Invalid hex value", "single quotes: 'D:\\Samples'"),
        ('\npath = "D:\\Samples"', "2: not valid TOML: Unescaped '\\' in a string", "single quotes: 'D:\\Samples'"),
        (b"\n[ui]\ntheme = 'caf\xe9'\n", "3: not UTF-8: byte 0xe9", "save the file again as UTF-8"),
        ("[ui]\n".encode("utf-16"), " the file is UTF-16, TOML is UTF-8", "save it again as UTF-8"),
        ("a = " + "[" * 5000, " not valid TOML: nested too deep", ""),
        ("a = " + "9" * 5000, " not valid TOML: Exceeds", ""),
        (b" " * (5 << 20), " this is no configuration: it is larger than 4 MiB", ""),
    ],
)
def test_a_file_that_is_not_toml(tmp_path: Path, text: str | bytes, message: str, hint: str) -> None:
    error = strict_error(tmp_path, text)
    assert error.message.startswith(f"{tmp_path / 'config.toml'}:{message}")
    assert hint in error.hint
    loaded = load(tmp_path / "config.toml", strict=False)
    assert loaded.settings == Settings()
    (problem,) = loaded.problems
    assert (str(problem), problem.line, problem.hint) == (error.message, error.line, error.hint)


def test_a_file_as_windows_editors_write_it(tmp_path: Path) -> None:
    text = "\ufeff[scan]\r\nworkers = 2\r\n[sources.d]\r\npath = 'x'\r\nquarantine = 3\r\n"
    error = strict_error(tmp_path, text)
    assert (error.line, error.key) == (5, "sources.d.quarantine")
    assert load(tmp_path / "config.toml", strict=False).settings.scan.workers == 2


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a folder"):
        load(tmp_path, strict=True)
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be read: "):
        load(tmp_path / "file" / "config.toml", strict=True)
    assert load(tmp_path, strict=False).problems[0].message == "this is a folder, not a configuration file"


def test_what_may_be_protected_is_held_protected_in_the_app(tmp_path: Path) -> None:
    good = '[sources.a]\npath = "/a"\n[sources.b]\npath = "/b"\n'
    assert [s.protected for s in load(write(tmp_path, good), strict=False).settings.sources] == [False, False]
    for fault in (
        'protected = "yes"',
        "protectd = true",
        "protect = 'x'",
        'exclude = ["["]',
        'quarantine = "~nobody-x/q"',
    ):
        loaded = load(write(tmp_path, good + fault), strict=False)
        assert [source.protected for source in loaded.settings.sources] == [False, True], fault
        assert "count as protected" in loaded.problems[0].hint
    # A source that had to be left out may have protected folders of the others.
    loaded = load(write(tmp_path, good + "[sources.c]\npath = 3\nprotected = true\n"), strict=False)
    assert [(source.name, source.protected) for source in loaded.settings.sources] == [("a", True), ("b", True)]
    assert strict_error(tmp_path, good + "protectd = true").hint == ""


def test_control_characters_do_not_reach_the_message(tmp_path: Path) -> None:
    error = strict_error(tmp_path, '[ui]\nspace = "\\u001b[31m\\u202e\\n"\n"\\u001b" = 1\n')
    assert "\x1b" not in error.message
    assert "\u202e" not in error.message
    assert "\\u001b[31m\\u202e\\n" in error.message
    assert strict_error(tmp_path, f'[ui]\nspace = "{"x" * 500}"').message.endswith("xxx…")
