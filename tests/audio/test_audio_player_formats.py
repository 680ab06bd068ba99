"""Every flavour through the real player into a real sound server: pitch, level, length, no dropout, right places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctk_tui.audio.decode import decode
from tests.support.flavours import FLAVOURS, decibels, hiss_file, silent_gaps, sine_file, tone
from tests.support.pulse import RATE, heard

if TYPE_CHECKING:
    from pathlib import Path

    from tests.audio.conftest import Studio
    from tests.support.flavours import Samples

pytestmark = [pytest.mark.needs("pulseaudio"), pytest.mark.realtime]

SECONDS = 0.7


@pytest.mark.parametrize("name", FLAVOURS)
def test_every_flavour_is_heard_as_it_is(name: str, studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.bin"
    file.write_bytes(sine_file(name, seconds=SECONDS))
    studio.player.play(file)
    end = studio.player.wait(20)
    assert (end.status, end.problem, end.path) == ("stopped", "", file)
    assert end.position == pytest.approx(SECONDS, abs=FLAVOURS[name].slack)
    assert end.duration == end.position
    sound = heard(studio.recorder.silence())
    assert abs(len(sound) / RATE - SECONDS) <= FLAVOURS[name].slack
    for side in (0, 1):
        pitch, level = tone(sound[:, side], RATE)
        assert abs(pitch - 997) < 1
        assert abs(decibels(level, 0.5 / np.sqrt(2))) < 0.5
        assert silent_gaps(sound[:, side], RATE) == 0


def check_seek(name: str, start: float, studio: Studio, tmp_path: Path) -> None:
    """Play from `start` and compare the first tenth of a second with the place in the file."""
    flavour = FLAVOURS[name]
    file = tmp_path / f"{name}.bin"
    if not file.exists():
        file.write_bytes(hiss_file(name))
    whole = decode(file)[:, 0]
    studio.recorder.forget()
    studio.player.play(file, start)
    sound = heard(studio.recorder.until(lambda sound: len(heard(sound)) > 0.15 * RATE))[:, 0]
    studio.player.stop()
    wanted = round(start * RATE)
    at = place_of(sound[480:5280], whole, wanted + 480)
    # the recording begins where the noise first exceeds a thousandth, a few samples late at most
    reach = 0.025 * RATE if flavour.kind == "wma" else 3
    assert -reach <= at - wanted - 480 <= reach + 60, f"{name}: from {start} s it begins {at - wanted - 480} frames off"
    studio.recorder.silence(0.1)


def place_of(part: Samples, whole: Samples, near: int) -> int:
    """Return where `part` lies in `whole`, within 100 ms of a place."""
    first = max(0, near - 4800)
    around = whole[first : near + len(part) + 4800]
    match = np.correlate(around, part, "valid")
    assert match.max() > 0.9 * (part**2).sum(), "what was heard is not in the file near that place"
    return first + int(match.argmax())


@pytest.mark.parametrize("name", FLAVOURS)
def test_a_seek_begins_at_the_right_sample(name: str, studio: Studio, tmp_path: Path) -> None:
    rng = np.random.default_rng([len(name), *name.encode()])
    check_seek(name, float(rng.uniform(0.6, 3.6)), studio, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("name", FLAVOURS)
def test_many_seeks_begin_at_the_right_sample(name: str, studio: Studio, tmp_path: Path) -> None:
    for start in np.random.default_rng(11).uniform(0.0, 3.7, 10):
        check_seek(name, float(start), studio, tmp_path)
