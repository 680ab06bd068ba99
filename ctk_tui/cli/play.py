"""`ctk play`."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import diagnostics, keys
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit, worst
from ctk_tui.cli.playlist import Playlist
from ctk_tui.cli.progress import stoppable
from ctk_tui.cli.selection import is_path, query_arguments, selected
from ctk_tui.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.cli.selection import Wanted
    from ctk_tui.cli.session import Session
    from ctk_tui.toolkit.toolkit import Toolkit

REDRAW_SECONDS = 0.25


@click.command(name="play", cls=Command, takes_query=True)
@query_arguments
@click.option("--loop", is_flag=True, help="Begin again at the end, without a gap.")
@click.option("--volume", type=click.FloatRange(0, 1), metavar="V", help="0 to 1; the configuration's by default.")
@click.option("--start", type=click.FloatRange(0), default=0.0, metavar="S", help="Seconds into the first sound.")
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
    replace: bool,
    stdout: str | None,
) -> int:
    """Play files or what a query finds, in order.

    Keys: space pause · h l seek · < > previous, next · - = volume · M mute · R loop · 0 start · q quit.
    """
    with session.open() as toolkit:
        sounds, found = _sounds(toolkit, wanted)
        gain = toolkit.settings.audio.volume if volume is None else volume
        if stdout:
            return worst([found, _pour(toolkit, sounds, start, gain)])
        from ctk_tui.toolkit.playing import announced, replace_others

        if replace:
            replace_others()
        playlist = Playlist(toolkit, sounds, start=start, loop=loop)
        toolkit.audio.volume(gain)
        with announced(), stoppable() as (job, stop):
            _play(playlist, lambda: job.cancelled)
        return worst([found, stop.code, playlist.code()])


def _sounds(toolkit: Toolkit, wanted: Wanted) -> tuple[Sequence[int | bytes], Exit]:
    """Return what to play: files as they are named, whether the catalog knows them or not, else what is found."""
    if wanted.words and all(is_path(word) for word in wanted.words) and not (wanted.listed or wanted.listed0):
        paths = [os.path.abspath(os.path.expanduser(os.fsencode(word))) for word in wanted.words]
        for path in paths:
            if not os.path.isfile(path):
                raise UsageError(f"{os.fsdecode(path)}: no such file", "name a file, or query text")
        return paths, Exit.DONE
    ids, code = selected(toolkit, wanted)
    if not len(ids):
        raise UsageError("nothing found to play", "`ctk search` shows what a query finds")
    return [int(audio_id) for audio_id in ids], code


def _pour(toolkit: Toolkit, sounds: Sequence[int | bytes], start: float, gain: float) -> Exit:
    if sys.stdout.isatty():
        raise UsageError("--stdout wav writes sound, not text", "send it into a file or a program: | mpv -")
    done = subprocess.run(toolkit.audio.pour_command(sounds, start, gain), check=False)
    return Exit(done.returncode) if done.returncode in set(Exit) else Exit.ERROR


def _play(playlist: Playlist, stopped: object) -> None:
    assert callable(stopped)
    interactive = sys.stdin.isatty() and sys.stderr.isatty()
    playlist.begin()
    if not interactive:
        while not stopped() and playlist.follow(REDRAW_SECONDS):
            pass
        return
    with keys.one_by_one():
        while not stopped() and playlist.follow(0.0):
            playlist.draw()
            playlist.press(keys.key(REDRAW_SECONDS))
    diagnostics.erase_line()
