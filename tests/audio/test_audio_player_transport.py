"""Play, pause, seek, loop, next and volume, as they are heard."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctk_tui.audio.decode import decode
from tests.support.flavours import Flavour, Samples, hiss_file, sine, sine_file, tone, written
from tests.support.pulse import RATE, heard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ctk_tui.audio.player.state import News
    from tests.audio.conftest import Studio

pytestmark = [pytest.mark.needs("pulseaudio"), pytest.mark.realtime]

SMOOTH = 0.5 * (2 * np.pi * 1000 / RATE) ** 2
"""Highest second difference of a sine of 1 kHz at half of full scale; a click has a multiple of it."""


def roughness(sound: Samples) -> float:
    """Return the highest second difference, in that of the sine."""
    return float(np.abs(np.diff(sound[:, 0].astype(np.float64), 2)).max() / SMOOTH)


def tone_file(folder: Path, kind: str = "wav", rate: int = 48000, seconds: float = 10.0, name: str = "tone") -> Path:
    """Return a file of whole cycles of 1 kHz."""
    file = folder / f"{name}.{kind}"
    file.write_bytes(written(sine(1000, seconds, rate), Flavour(kind, rate)))
    return file


def longer(seconds: float) -> Callable[[Samples], bool]:
    return lambda sound: len(heard(sound)) > seconds * RATE


@pytest.mark.parametrize(("kind", "rate"), [("wav", 48000), ("aiff", 44100), ("flac", 44100), ("wav-s24", 96000)])
def test_a_loop_has_no_gap(kind: str, rate: int, studio: Studio, tmp_path: Path) -> None:
    file = tone_file(tmp_path, kind, rate, 0.25)
    studio.player.loop()
    studio.player.play(file)
    sound = heard(studio.recorder.until(longer(1.5)))[100:-100]
    assert roughness(sound) < 1.1
    assert tone(sound[:, 0], RATE)[0] == pytest.approx(1000, abs=0.1)
    state = studio.player.state
    assert state.status == "playing"
    assert 0 <= state.position <= 0.26


def test_a_loop_that_is_switched_off_ends_with_its_round(studio: Studio, tmp_path: Path) -> None:
    studio.player.loop()
    studio.player.play(tone_file(tmp_path, seconds=0.25))
    studio.recorder.until(longer(0.6))
    studio.player.loop(False)
    studio.player.wait(10)
    sound = heard(studio.recorder.silence())
    assert len(sound) / RATE == pytest.approx(round(len(sound) / RATE / 0.25) * 0.25, abs=0.001)
    assert roughness(sound[100:-100]) < 1.1


def test_a_loop_can_be_switched_on_when_all_is_decoded(studio: Studio, tmp_path: Path) -> None:
    studio.player.play(tone_file(tmp_path, seconds=0.4))
    studio.player.wait_for(lambda state: state.position > 0.05, 10)
    studio.player.loop()
    sound = heard(studio.recorder.until(longer(1.2)))
    assert roughness(sound[100:-100]) < 1.1


def test_the_next_file_follows_without_a_gap(studio: Studio, tmp_path: Path) -> None:
    news: list[tuple[str, str]] = []
    done = threading.Event()

    def hear(item: News) -> None:
        if item.kind != "state" and item.path is not None:
            news.append((item.kind, item.path.name))
        if (item.kind, item.path) == ("ended", last):
            done.set()

    first = tone_file(tmp_path, "flac", 44100, 0.5, "first")
    last = tone_file(tmp_path, "wav", 44100, 0.5, "last")
    unsubscribe = studio.player.subscribe(hear)
    studio.player.play(first)
    studio.player.next(last)
    assert done.wait(20)
    unsubscribe()
    sound = heard(studio.recorder.silence())
    assert len(sound) / RATE == pytest.approx(1.0, abs=0.001)
    assert roughness(sound[100:-100]) < 1.1
    assert news == [
        ("started", "first.flac"), ("ended", "first.flac"), ("started", "last.wav"), ("ended", "last.wav")
    ]  # fmt: skip
    assert studio.player.state.next_path is None


def test_next_can_be_changed_and_taken_back(studio: Studio, tmp_path: Path) -> None:
    first, other = tone_file(tmp_path, seconds=0.4), tone_file(tmp_path, seconds=0.7, name="other")
    studio.player.play(first)
    studio.player.next(other)
    studio.player.wait_for(lambda state: state.position > 0.05, 10)
    studio.player.next(None)
    studio.player.wait(10)
    assert len(heard(studio.recorder.silence())) / RATE == pytest.approx(0.4, abs=0.001)
    studio.recorder.forget()
    studio.player.play(first)
    studio.player.next(first)
    studio.player.wait_for(lambda state: state.position > 0.05, 10)
    studio.player.next(other)
    studio.player.wait(10)
    assert len(heard(studio.recorder.silence())) / RATE == pytest.approx(1.1, abs=0.001)


def test_a_pause_loses_nothing_and_does_not_click(studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "hiss.wav"
    file.write_bytes(hiss_file("wav-s16"))
    studio.player.play(file)
    studio.recorder.until(longer(0.4))
    studio.player.pause()
    held = studio.player.settled(10)
    before = heard(studio.recorder.silence(0.3))[:, 0]
    assert studio.player.state.status == "paused"
    assert studio.player.state.position == pytest.approx(held.position, abs=0.1)
    studio.recorder.forget()
    studio.player.resume()
    after = heard(studio.recorder.until(longer(0.4)))[:, 0]
    whole = decode(file)[:, 0]
    # without the 5 ms of fade, which are heard twice
    assert np.abs(before[:-300] - whole[: len(before) - 300]).max() < 2e-4
    joint = len(before) - 240
    places = np.correlate(whole[joint - 400 : joint + 9600], after[480:4800], "valid")
    assert abs(int(places.argmax()) - 400 - 480) <= 40


@pytest.mark.parametrize("act", ["pause", "stop", "resume", "volume", "quiet", "switch"])
def test_nothing_clicks(act: str, studio: Studio, tmp_path: Path) -> None:
    file = tone_file(tmp_path)
    player, recorder = studio.player, studio.recorder
    player.play(file)
    recorder.until(longer(0.3))
    if act == "pause":
        player.pause()
    elif act == "stop":
        player.stop()
    elif act == "resume":
        player.pause()
        recorder.silence(0.2)
        player.resume()
    elif act == "volume":
        player.volume(0.3)
    elif act == "quiet":
        player.volume(0.0)
    else:
        player.seek(5.0)
    sound = recorder.seconds(0.4)
    begin = int(np.flatnonzero(np.abs(sound[:, 0]) > 1e-3)[0])
    # a change of gain within 5 ms bends the sine by half of what it bends itself; a click would be 7 times that or more
    assert roughness(sound[begin + 100 :]) < 2.5


def test_volume_is_linear_gain(studio: Studio, tmp_path: Path) -> None:
    studio.player.volume(0.25)
    studio.player.play(tone_file(tmp_path, seconds=0.5))
    studio.player.wait(10)
    assert tone(heard(studio.recorder.silence())[:, 0], RATE)[1] == pytest.approx(0.125 / np.sqrt(2), rel=0.01)
    studio.player.volume(7)
    assert studio.player.settled(10).volume == 1.0
    studio.player.volume(-1)
    assert studio.player.settled(10).volume == 0.0


def test_the_position_is_what_is_heard_now(studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "hiss.wav"
    file.write_bytes(hiss_file("wav-s16"))
    whole = decode(file)[:, 0]
    studio.player.play(file, 1.0)
    for seconds in (0.2, 0.5, 0.9):
        studio.recorder.until(longer(seconds))
        fresh = threading.Event()
        unsubscribe = studio.player.subscribe(lambda news, fresh=fresh: fresh.set())  # type: ignore[misc]
        assert fresh.wait(10)
        state = studio.player.state
        unsubscribe()
        sound = heard(studio.recorder.sound)[:, 0]
        place = 48000 + int(np.correlate(whole[48000:], sound[-2400:], "valid").argmax()) + 2400
        # one period (150 ms) for the device, 20 ms for the recorder and a tenth of a second for the machine
        assert abs(state.position - place / RATE) < 0.27


def test_seeks_go_there_and_stay_paused_or_playing(studio: Studio, tmp_path: Path) -> None:
    player = studio.player
    player.play(tone_file(tmp_path))
    player.seek(4.0)
    assert player.wait_for(lambda state: state.position > 4.05, 10).position < 5
    player.pause()
    player.seek(2.0)
    state = player.settled(10)
    assert (state.status, state.position) == ("paused", 2.0)
    player.skip(-0.5)
    player.skip(-0.25)
    assert player.settled(10).position == 1.25
    player.skip(-7)
    assert player.settled(10).position == 0.0
    player.skip(2.5)
    player.resume()
    assert player.wait_for(lambda state: state.position > 2.55, 10).status == "playing"
    player.seek(1000)
    end = player.wait(10)
    assert (end.status, end.position) == ("stopped", 10.0)


def test_stop_goes_to_the_start_and_resume_plays_again(studio: Studio, tmp_path: Path) -> None:
    file = tone_file(tmp_path, seconds=0.3)
    player = studio.player
    player.play(file)
    player.wait_for(lambda state: state.position > 0.1, 10)
    player.stop()
    state = player.settled(10)
    assert (state.status, state.position, state.path) == ("stopped", 0.0, file)
    player.seek(0.2)
    assert player.settled(10).position == 0.0
    player.resume()
    assert player.wait(10).position == pytest.approx(0.3)
    player.resume()
    assert player.wait_for(lambda state: state.position < 0.3 and state.status == "playing", 10).path == file


def test_files_that_cannot_be_played_are_named_and_passed_over(studio: Studio, tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.mp3", tmp_path / "good.wav"
    bad.write_bytes(b"not a sound" * 500)
    good.write_bytes(sine_file("wav-s16", seconds=0.3))
    failures: list[News] = []
    unsubscribe = studio.player.subscribe(lambda news: failures.append(news) if news.kind == "failed" else None)
    studio.player.play(bad)
    studio.player.next(good)
    state = studio.player.wait_for(lambda state: state.status == "stopped" and state.path == good, 10)
    assert state.position == pytest.approx(0.3)
    studio.player.play(tmp_path / "missing.wav")
    assert studio.player.wait(10).status == "stopped"
    unsubscribe()
    assert [news.path for news in failures] == [bad, tmp_path / "missing.wav"]
    assert all(news.reason for news in failures)


def test_what_follows_a_file_that_failed_may_come_late(studio: Studio, tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.mp3", tmp_path / "good.wav"
    bad.write_bytes(b"not a sound" * 500)
    good.write_bytes(sine_file("wav-s16", seconds=0.3))
    studio.player.play(bad)
    assert studio.player.wait(10).status == "stopped"
    studio.player.next(good)
    state = studio.player.wait_for(lambda state: state.status == "stopped" and state.path == good, 10)
    assert state.position == pytest.approx(0.3)
    studio.player.play(bad)
    studio.player.wait(10)
    studio.player.stop()
    studio.player.next(good)  # nothing is to be heard after a stop
    assert studio.player.wait(10).path == bad


def test_bad_packets_are_told(studio: Studio, tmp_path: Path) -> None:
    content = bytearray(hiss_file("alac-16"))
    start = content.index(b"mdat") + 50_000
    content[start : start + 60_000] = np.random.default_rng(3).bytes(60_000)
    file = tmp_path / "damaged.m4a"
    file.write_bytes(content)
    studio.player.play(file)
    assert studio.player.wait(20).bad_packets > 2
