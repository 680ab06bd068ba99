"""`ctk play`."""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import diagnostics, keys, output
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit, worst
from ctk_tui.cli.playlist import Playlist
from ctk_tui.cli.progress import stoppable
from ctk_tui.cli.selection import is_path, query_arguments, selected
from ctk_tui.cli.transport import Transport
from ctk_tui.model.errors import CtkError, UsageError
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctk_tui.cli.selection import Wanted
    from ctk_tui.cli.session import Session
    from ctk_tui.toolkit.toolkit import Toolkit

REDRAW_SECONDS = 0.25


@click.command(name="play", cls=Command, takes_query=True)
@query_arguments
@click.option("--loop", is_flag=True, help="Begin again at the end, without a gap.")
@click.option("--volume", type=click.FloatRange(0, 1), metavar="V", help="0 to 1; the configuration's by default.")
@click.option("--start", type=click.FloatRange(0), default=0.0, metavar="S", help="Seconds into the first sound.")
@click.option("--output", "wanted_output", metavar="NAME", help="Where sound comes out: `ctk doctor` lists them; none.")
@click.option("--replace", is_flag=True, help="End what another `ctk play` is playing.")
@click.option("--stdout", type=click.Choice(["wav"]), help="Write the sound to stdout: `ssh HOST ctk play … | mpv -`.")
@click.pass_obj
def command(
    session: Session,
    *,
    wanted: Wanted,
    loop: bool,
    volume: float | None,
    start: float,
    wanted_output: str | None,
    replace: bool,
    stdout: str | None,
) -> int:
    """Play files or what a query finds, in order.

    Keys: space pause · h l seek · < > previous, next · - = volume · M mute · R loop · 0 start · q quit.
    """
    if stdout and wanted_output is not None:
        raise UsageError("--output and --stdout are two places for one sound", "leave one of them out")
    with session.open() as toolkit:
        from ctk_tui.toolkit.playing import announced, replace_others

        sounds, found = _sounds(toolkit, wanted)
        gain = toolkit.settings.audio.volume if volume is None else volume
        if replace:
            replace_others()
        with announced():
            if stdout:
                return worst([found, _pour(toolkit, sounds, start=start, gain=gain, loop=loop)])
            if wanted_output is not None:
                _choose(toolkit, wanted_output)
            toolkit.audio.volume(gain)
            return worst([found, _play(toolkit, sounds, start=start, gain=gain, loop=loop)])


def _sounds(toolkit: Toolkit, wanted: Wanted) -> tuple[Sequence[int | bytes], Exit]:
    """Return what to play: files as they are named, whether the catalog knows them or not, else what is found."""
    if wanted.words and all(is_path(word) for word in wanted.words) and not (wanted.listed or wanted.listed0):
        paths = [os.path.abspath(os.path.expanduser(os.fsencode(word))) for word in wanted.words]
        for path in paths:
            if not os.path.isfile(path):
                raise UsageError(f"{display(path)}: no such file", "name a file, or query text")
        return paths, Exit.DONE
    ids, code = selected(toolkit, wanted)
    if not len(ids):
        raise UsageError("nothing found to play", "`ctk search` shows what a query finds")
    return [int(audio_id) for audio_id in ids], code


def _choose(toolkit: Toolkit, name: str) -> None:
    from ctk_tui.toolkit.outputs import find_output

    toolkit.audio.choose(find_output(toolkit.audio.outputs(), name).id)


def _pour(toolkit: Toolkit, sounds: Sequence[int | bytes], *, start: float, gain: float, loop: bool) -> Exit:
    """Let a process of its own write the sound to stdout, and end it when this one shall end."""
    if output.is_terminal():
        raise UsageError("--stdout wav writes sound, not text", "send it into a file or a program: | mpv -")
    names, codes = [], []
    for sound in sounds:
        try:
            names.append(toolkit.audio.path_of(sound))
        except CtkError as error:
            codes.append(Exit.PART)
            diagnostics.say(f"ctk: {error.message}")
    if not names:
        return Exit.ERROR
    with stoppable() as (job, stop):
        child = subprocess.Popen(toolkit.audio.pour_command(start, gain, loop=loop), stdin=subprocess.PIPE)
        assert child.stdin is not None  # for mypy: it is a pipe
        with contextlib.suppress(BrokenPipeError), child.stdin:
            child.stdin.write(b"\0".join(names))
        while child.poll() is None:
            if job.cancelled:
                child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(REDRAW_SECONDS)
    if stop.code is Exit.DONE and child.returncode < 0:
        diagnostics.say(f"ctk: a decoder crashed: signal {-child.returncode}")
    codes.append(Exit(child.returncode) if child.returncode in set(Exit) else Exit.ERROR)
    return stop.code if stop.code is not Exit.DONE else worst(codes)


def _play(toolkit: Toolkit, sounds: Sequence[int | bytes], *, start: float, gain: float, loop: bool) -> Exit:
    from ctk_tui.toolkit.outputs import is_elsewhere

    drawn = diagnostics.can_ask() and diagnostics.is_terminal()

    told = False

    def heard(path: bytes) -> None:
        nonlocal told
        if not drawn or not output.is_terminal():
            output.line(display(path))
            output.flush()
        state = toolkit.audio.state
        if not told and is_elsewhere(state):
            tell(f"ctk: it sounds on {state.host}, your keyboard is at {state.keyboard}; docs/ssh.md brings it there")
        told = True

    def tell(text: str) -> None:
        if drawn:
            diagnostics.erase_line()
        diagnostics.say(text)

    playlist = Playlist(toolkit, sounds, start=start, loop=loop, heard=heard, tell=tell)
    with stoppable() as (job, stop):
        playlist.begin()
        if drawn:
            _draw(playlist, Transport(toolkit.audio, playlist, gain), lambda: job.cancelled)
        else:
            while not job.cancelled and not playlist.over:
                playlist.follow(REDRAW_SECONDS)
    return worst([stop.code, playlist.code()])


def _draw(playlist: Playlist, transport: Transport, stopped: Callable[[], bool]) -> None:
    try:
        with keys.one_by_one():
            while not stopped() and not playlist.over:
                playlist.follow(0.0)
                if not playlist.over:
                    transport.draw()
                    transport.press(keys.key(REDRAW_SECONDS))
    finally:
        diagnostics.erase_line()
