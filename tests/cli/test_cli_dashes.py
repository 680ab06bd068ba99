"""A word that begins with one dash is exactly an option, or an error that tells what to write instead."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.cli import dashes
from ctk_tui.cli.main import COMMANDS, cli
from ctk_tui.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.commands import Ctk, Hostile

LETTERS = string.ascii_letters + string.digits


def commands(group: click.Command = cli, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its words."""
    yield path, group
    if isinstance(group, click.Group):
        context = click.Context(group)
        for name in group.list_commands(context):
            below = group.get_command(context, name)
            assert below is not None
            yield from commands(below, f"{path} {name}".strip())


def arguments(command: click.Command) -> list[click.Argument]:
    return [param for param in command.params if isinstance(param, click.Argument)]


def is_asked(command: click.Command) -> bool:
    """Return whether a command's arguments are query text, by what its help says of them."""
    context = click.Context(command)
    return any("QUERY" in argument.make_metavar(context).upper() for argument in arguments(command))


ASKED = {path: command for path, command in commands() if is_asked(command)}
"""Every command that takes a query, by its words; a new one is in it from the day on which it is there."""


def short_options(command: click.Command) -> set[str]:
    options = [param for param in command.get_params(click.Context(command)) if isinstance(param, click.Option)]
    return {name[1:] for option in options for name in dashes.names(option) if not name.startswith("--")}


def test_the_commands_that_take_a_query_are_known() -> None:
    assert set(ASKED) >= {"search", "stats", "dupes", "play"}
    for path, command in commands():
        assert bool(getattr(command, "takes_query", False)) is (path in ASKED), path


@pytest.mark.parametrize("path", ASKED)
def test_every_letter_glued_to_a_word(path: str, ctk: Ctk) -> None:
    for letter in LETTERS:
        for words in ([f"-{letter}ick"], ["kick", f"-{letter}ick"], [f"-{letter}ick", "kick", "--json"]):
            said = ctk(*path.split(), *words)
            assert (said.code, said.out) == (2, b""), words
            assert said.err.splitlines()[1].startswith(f"     ^{letter}ick "), words


@pytest.mark.parametrize("path", ASKED)
def test_every_letter_alone(path: str, ctk: Ctk) -> None:
    short = short_options(ASKED[path])
    assert "h" in short
    for letter in sorted(set(LETTERS) - short):
        for words in ([f"-{letter}", "kick"], ["kick", f"-{letter}"], [f"-{letter}=kick"]):
            said = ctk(*path.split(), *words)
            assert (said.code, said.out) == (2, b""), words
            assert f"     ^{letter}" in said.err, words


@pytest.mark.parametrize("path", ASKED)
def test_no_two_options_in_one_word(path: str, ctk: Ctk) -> None:
    """Not -n5 for -n 5 either, and not -0k for -0 -k."""
    short = sorted(short_options(ASKED[path]))
    for bundle in [f"{one}{other}" for one in short for other in [*short, "5"]]:
        said = ctk(*path.split(), f"-{bundle}")
        assert (said.code, said.out) == (2, b""), bundle
        assert f"     ^{bundle} " in said.err, bundle


@pytest.mark.parametrize("words", [["-0", "plain"], ["plain", "-0"], ["--print0", "plain"]], ids=" ".join)
def test_a_declared_one_stands_anywhere(words: list[str], ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "search", *words)
    assert (said.code, said.out.count(b"\0")) == (0, 1)


def test_help_is_not_glued(ctk: Ctk) -> None:
    assert ctk("search", "-h").code == 0
    assert ctk("search", "-hh").code == 2


@pytest.mark.parametrize("words", [["-qq"], ["-qv"], ["-q9"], ["-v"], ["-"]], ids=" ".join)
def test_bundles_are_refused_where_there_is_no_query_too(words: list[str], ctk: Ctk) -> None:
    said = ctk("scan", *words)
    assert (said.code, said.out) == (2, b"")
    assert "^" not in said.err


def test_a_name_that_begins_with_a_dash_is_told_how_to_write_it(ctk: Ctk) -> None:
    assert "./-kick.wav" in ctk("show", "-kick.wav").err
    assert "./" not in ctk("stats", "-kick.wav").err


def test_an_option_of_ctk_is_told_its_place(ctk: Ctk) -> None:
    first, second = ctk("scan", "-v").err.splitlines()
    assert first == "ctk: -v is not an option of `ctk scan`"
    assert second == "     it stands before the command: `ctk -v scan …`"


def test_hostile_words_are_shown_safely(ctk: Ctk) -> None:
    said = ctk("search", "-\x1b[31mkick\n\u202e")
    assert said.code == 2
    assert "\x1b" not in said.err
    assert "\u202e" not in said.err
    assert len(said.err.splitlines()) == 2


def test_a_value_may_begin_with_a_dash(ctk: Ctk, hostile: Hostile) -> None:
    said = ctk(*hostile.options, "search", "--limit", "-5")
    assert said.code == 2
    assert "-5" in said.err.splitlines()[0]
    assert "^5" not in said.err


def test_every_command_holds_the_rule() -> None:
    found = list(commands())
    assert len(found) > len(COMMANDS)
    for path, command in found:
        assert isinstance(command, dashes.Command) or hasattr(command, "command_class"), path
        context = click.Context(command, info_name=path)
        with pytest.raises(UsageError):
            dashes.check(context, ["-Z"], takes_query=False)


def test_a_short_option_is_one_dash_and_one_letter() -> None:
    for path, command in commands():
        for param in command.params:
            if isinstance(param, click.Option):
                for name in dashes.names(param):
                    assert name.startswith("--") or len(name) == 2, f"{path} {name}"


@click.command(cls=dashes.Command, takes_query=True)
@click.argument("words", nargs=-1)
@click.option("-n", "--dry-run", is_flag=True)
@click.option("-k", type=int)
@click.option("--to")
def example(words: tuple[str, ...], *, dry_run: bool, k: int | None, to: str | None) -> None: ...


def read(*words: str) -> tuple[dict[str, object], bool]:
    """Return what the example command reads, and whether words stood behind `--`."""
    context = click.Context(example, info_name="example")
    example.parse_args(context, list(words))
    return context.params, bool(context.meta.get(dashes.BEHIND))


def test_values_of_options_are_not_looked_at() -> None:
    assert read("-k", "-5", "--to", "-x", "kick")[0] == {"words": ("kick",), "dry_run": False, "k": -5, "to": "-x"}
    assert read("--to=-x")[0]["to"] == "-x"


def test_behind_two_dashes_all_is_text() -> None:
    assert read("-n", "--", "-kick", "-n") == (
        {"words": ("-kick", "-n"), "dry_run": True, "k": None, "to": None},
        True,
    )
    assert read("kick")[1] is False
    assert read("--to", "--", "kick") == ({"words": ("kick",), "dry_run": False, "k": None, "to": "--"}, False)


@given(st.text(min_size=1).filter(lambda text: text not in {"n", "k", "h"} and not text.startswith("-")))
def test_whatever_stands_behind_one_dash(text: str) -> None:
    with pytest.raises(UsageError) as told:
        read(f"-{text}")
    term = f'"{text}"' if " " in text else text
    assert told.value.hint.startswith(f"^{term} leaves out what has that word")
