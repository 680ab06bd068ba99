"""`ctk completion`: scripts that shells load, and answers to what they ask."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.calling import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.commands import Ctk


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a configuration with three sources."""
    file = tmp_path / "ctk.toml"
    file.write_text("".join(f"[sources.{name}]\npath = '{tmp_path}/{name}'\n" for name in ("samples", "studio", "usb")))
    monkeypatch.setenv("CTK_CONFIG", str(file))
    return file


@pytest.fixture
def offered(ctk: Ctk, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """Ask as bash does: what may stand at the end of this line?"""

    def ask(line: str) -> list[str]:
        monkeypatch.setenv("_CTK_COMPLETE", "bash_complete")
        monkeypatch.setenv("_CTK_LINE", line)
        said = ctk()
        assert (said.code, said.err) == (0, "")
        return said.lines

    return ask


@pytest.mark.usefixtures("sources")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ctk s", "scan search show similar stats sources"),
        ("ctk doc", "doctor"),
        ("ctk --v", "--verbose --version"),
        ("ctk sources re", "remove relocate"),
        ("ctk scan ", "samples studio usb"),
        ("ctk scan usb s", "samples studio"),
        ("ctk -v scan --full st", "studio"),
        ("ctk scan --acc", "--accept-volume --accept-empty"),
        ("ctk sources remove s", "samples studio"),
        ("ctk sources protect u", "usb"),
        ("ctk doctor --prune --source ", "samples studio usb"),
        ("ctk search --source s", "samples studio"),
        ("ctk search --category d", "drums"),
        ("ctk search --format fl", "flac"),
        ("ctk search --sort dur", "duration"),
        ("ctk search --fields dura", "duration_secs"),
        ("ctk search --fields id,pa", "id,path id,path_b64"),
        ("ctk search --fields id,path,i", ""),
        ("ctk search --fields=id,dir", "id,directory"),
        ("ctk search kick form", "format:"),
        ("ctk search source:", "source:samples source:studio source:usb"),
        ("ctk search kick source:s", "source:samples source:studio"),
        ("ctk search source:studio,", "source:studio,samples source:studio,usb"),
        ("ctk search category:dr", "category:drums"),
        ("ctk search 'two words' format:fla", "format:flac"),
        ("ctk search is:off", "is:offline"),
        ("ctk search duration:", ""),
        ("ctk completion ", "bash zsh fish"),
    ],
)
def test_what_is_offered(line: str, words: str, offered: Callable[[str], list[str]]) -> None:
    assert offered(line) == [f"plain,{word}" for word in words.split()] or (not words and offered(line) == [""])


@pytest.mark.usefixtures("sources")
@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("ctk show ki", "file"), ("ctk scan ./", "dir"), ("ctk scan ~/S", "dir"), ("ctk search /m", "file"),
        ("ctk --config c", "file"), ("ctk sources add new ", "file"), ("ctk demo d", "file"),
    ],
)  # fmt: skip
def test_paths_are_left_to_the_shell(line: str, kind: str, offered: Callable[[str], list[str]]) -> None:
    assert offered(line) == [f"{kind},{line.rpartition(' ')[2]}"]


def test_a_broken_configuration_offers_nothing(sources: Path, offered: Callable[[str], list[str]]) -> None:
    sources.write_text("[scan")
    assert offered("ctk scan ") == [""]
    sources.unlink()
    assert offered("ctk scan ") == [""]


def test_the_configuration_on_the_line_counts(tmp_path: Path, offered: Callable[[str], list[str]]) -> None:
    (tmp_path / "other.toml").write_text("[sources.attic]\npath = '/attic'\n")
    assert offered(f"ctk --config {tmp_path}/other.toml scan ") == ["plain,attic"]


@pytest.mark.parametrize("asked", ["bash_source", "tcsh_complete", "nonsense"])
def test_what_no_script_of_ours_asks(asked: str, ctk: Ctk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_CTK_COMPLETE", asked)
    said = ctk("stats")
    assert (said.code, said.out) == (2, b"")


def test_another_shell_is_refused(ctk: Ctk) -> None:
    said = ctk("completion", "tcsh")
    assert said.code == 2
    assert "'bash', 'zsh', 'fish'" in said.err


@pytest.fixture
def tool(tmp_path: Path, ctk: Ctk, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a `ctk` on the path, and the scripts beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "ctk"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m ctk_tui "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    for shell in ("bash", "zsh", "fish"):
        (folder / shell).write_bytes(ctk("completion", shell).out)
    return folder


def told_by(*command: str) -> list[str]:
    program = shutil.which(command[0])
    assert program is not None
    run = subprocess.run([program, *command[1:]], capture_output=True, text=True, timeout=PATIENCE)
    assert run.stderr == ""
    return run.stdout.split()


BASH = """
compopt() { :; }  # works only while bash itself completes
source "$1"
complete -p ctk >/dev/null || exit 1
COMP_LINE=$2 COMP_POINT=${#2} COMPREPLY=()
_ctk_completion ctk
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.needs("bash")
@pytest.mark.usefixtures("sources")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ctk sc", ["scan"]),
        ("ctk scan s", ["samples", "studio"]),
        # bash takes a word apart at its colons and equal signs and asks for the last piece
        ("ctk search source:s", ["samples", "studio"]),
        ("ctk search source:usb,s", ["usb,samples", "usb,studio"]),
        ("ctk search --fields=id,dir", ["id,directory"]),
    ],
)
def test_bash_loads_it_and_completes(line: str, words: list[str], tool: Path) -> None:
    assert (
        told_by(
            "bash",
            "--norc",
            "-c",
            BASH,
            "-",
            str(tool / "bash"),
            line,
        )
        == words
    )


ZSH = """
autoload -U compinit && compinit -u -D
source "$1"
[[ ${_comps[ctk]} == _ctk_completion ]] || exit 1
compadd() { print -l ${(P)@[-1]} }
_describe() { print -l ${${(P)3}%%:*} }
words=(ctk scan s) CURRENT=3
_ctk_completion
"""


@pytest.mark.needs("zsh")
@pytest.mark.usefixtures("sources")
def test_zsh_loads_it_and_completes(tool: Path) -> None:
    assert set(told_by("zsh", "-f", "-c", ZSH, "-", str(tool / "zsh"))) >= {"samples", "studio"}


@pytest.mark.needs("fish")
@pytest.mark.usefixtures("sources")
@pytest.mark.parametrize(
    ("line", "words"),
    [("ctk scan s", {"samples", "studio"}), ("ctk search source:usb,s", {"source:usb,samples", "source:usb,studio"})],
)
def test_fish_loads_it_and_completes(line: str, words: set[str], tool: Path) -> None:
    said = told_by("fish", "--no-config", "-c", f"source {tool}/fish; complete -C '{line}'")
    assert set(said) >= words
