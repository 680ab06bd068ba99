"""Thousands of switches, thousands of damaged files, a parent that is busy; a tenth of it where it is no soak."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from ctk_tui.audio.player.client import Player
from ctk_tui.workers.pool import WorkerPool
from tests.support.flavours import FLAVOURS, Flavour, silent_gaps, sine, sine_file, tone, written
from tests.support.grinding import FULL, grind, mutated
from tests.support.pulse import RATE, PulseServer, Recorder, heard

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.audio.player.state import PlayerState

pytestmark = pytest.mark.needs("pulseaudio")

SWITCHES = 2000
WAIT = 60.0


def family(player: Player) -> list[psutil.Process]:
    """Return the player's process and its decoder."""
    me = psutil.Process(player.pid)
    return [me, *me.children()]


def usage(player: Player) -> list[tuple[int, int, float]]:
    """Return descriptors, threads and megabytes of both."""
    return [(who.num_fds(), who.num_threads(), who.memory_info().rss / 1e6) for who in family(player)]


def play(player: Player, file: Path) -> PlayerState:
    """Play a file, and return the state when its first frames went out."""
    player.play(file)
    player.settled(WAIT)
    return player.wait_for(lambda state: state.path == file and state.start_delay is not None, WAIT)


def switch(count: int, server: PulseServer, tmp_path: Path) -> None:
    files = []
    for name in FLAVOURS:
        files.append(tmp_path / f"{name}.bin")
        files[-1].write_bytes(sine_file(name, 440.0, 1.5))
    rng = np.random.default_rng(1)
    last = tmp_path / "last.wav"
    last.write_bytes(sine_file("wav-s16", 1500.0, 1.5))
    with Player() as player, Recorder(server) as recorder:
        player.play(files[0])
        player.wait_for(lambda state: state.position > 0.2, WAIT)
        pids = [who.pid for who in family(player)]
        before: list[tuple[int, int, float]] = []
        begun = time.monotonic()
        pause = threading.Event()
        for number in range(count):
            pause.wait(max(0.0, begun + number / 50 - time.monotonic()))
            start = float(rng.uniform(0, 1)) if number % 3 == 0 else 0.0
            player.play(files[int(rng.integers(len(files)))], start)
            if number == count // 4:  # what caches and threads there are has come by now
                play(player, last)
                before = usage(player)
        recorder.forget()
        state = play(player, last)
        assert state.start_delay is not None
        assert state.start_delay < 2 * state.buffer_ms / 1000
        after = usage(player)
        assert [who.pid for who in family(player)] == pids
        for (fds, threads, memory), (fds_now, threads_now, memory_now) in zip(before, after, strict=True):
            assert abs(fds_now - fds) <= 2  # the file that is being read
            assert abs(threads_now - threads) <= 2
            assert memory_now < memory + 12
        player.wait(WAIT)
        sound = heard(recorder.silence())[-RATE:, 0]
        assert tone(sound, RATE)[0] == pytest.approx(1500, abs=1)


@pytest.mark.realtime
def test_two_hundred_switches(at_server: PulseServer, tmp_path: Path) -> None:
    switch(SWITCHES // 10, at_server, tmp_path)


@pytest.mark.soak
@pytest.mark.realtime
def test_two_thousand_switches(at_server: PulseServer, tmp_path: Path) -> None:
    switch(SWITCHES, at_server, tmp_path)


def grind_all(numbers: range, tmp_path: Path) -> None:
    """Damaged files through probe, decode and outline in workers, then through the player."""
    results: Counter[str] = Counter()
    with WorkerPool(2, allow=("tests",)) as pool:
        futures = [(path, pool.submit(grind, os.fspath(path))) for path in mutated(tmp_path, numbers)]
        for path, future in futures:
            error = future.exception(WAIT)
            assert error is None, f"{path.name}: {error}"
            results.update(future.result())
    assert results["ok"] > len(numbers)
    assert results["NotAudio"] > len(numbers) / 10
    good = tmp_path / "good.wav"
    good.write_bytes(sine_file("wav-s16", seconds=0.3))
    ends: Counter[str] = Counter()
    with Player(output="none") as player:
        player.play(good)
        player.wait(WAIT)
        pids = [who.pid for who in family(player)]
        crashes: list[str] = []
        player.subscribe(lambda news: crashes.append(news.reason) if "its decoder" in news.reason else None)
        for number, (path, _) in enumerate(futures):
            player.play(path)
            seq = player.settled(WAIT).seq
            deep = number % 10 == 0  # to be heard takes a period; the others are broken off as soon as they are open
            state = player.wait_for(
                lambda state, seq=seq, deep=deep: (
                    state.seq >= seq  # type: ignore[misc]
                    and (state.status == "stopped" or (state.duration if not deep else state.start_delay) is not None)
                ),
                WAIT,
            )
            ends[state.status] += 1
        player.play(good)
        assert player.wait(WAIT).position == pytest.approx(0.3)
        assert player.pid == pids[0]
        assert not player.state.problem
    assert ends["playing"] > len(numbers) / 5
    assert not crashes, f"decoders were lost: {crashes}"


def test_five_hundred_damaged_files(tmp_path: Path) -> None:
    grind_all(range(FULL // 10), tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_five_thousand_damaged_files(tmp_path: Path) -> None:
    grind_all(range(FULL), tmp_path)


@pytest.mark.realtime
def test_a_busy_parent_leaves_no_gap(at_server: PulseServer, tmp_path: Path) -> None:
    file = tmp_path / "long.mp3"
    file.write_bytes(written(sine(997, 2.5, 44100), Flavour("mp3")))
    over = threading.Event()

    def burn() -> None:
        number = 0
        while not over.is_set():
            number += 1

    with Player() as player, Recorder(at_server) as recorder:
        busy = [threading.Thread(target=burn) for _ in range(4)]
        for thread in busy:
            thread.start()
        try:
            player.play(file)
            player.wait(WAIT)
        finally:
            over.set()
            for thread in busy:
                thread.join()
        sound = heard(recorder.silence())[:, 0]
        assert len(sound) / RATE == pytest.approx(2.5, abs=0.03)
        assert silent_gaps(sound, RATE) == 0
        assert player.state.underruns == 0
