"""`Toolkit.audio`: the player and the outlines, by id and by path, as a script uses them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ctk_tui.audio.peaks import find_peaks
from ctk_tui.model.errors import CtkError, FileUnreadable, UsageError
from tests.support.flavours import sine_file
from tests.support.library import Library, put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.toolkit.audio import AudioFacade, News

WAIT = 60.0


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "own", {"lib": tmp_path / "lib"})
    put(tmp_path / "lib" / "a.wav", sine_file("wav-s16", seconds=0.3))
    put(tmp_path / "lib" / "copy.wav", sine_file("wav-s16", seconds=0.3))
    put(tmp_path / "lib" / "b.mp3", sine_file("mp3", seconds=0.3))
    made.scan()
    yield made
    made.close()


@pytest.fixture
def audio(library: Library) -> AudioFacade:
    facade = library.toolkit.audio
    facade.choose("none")
    return facade


def number(library: Library, name: str) -> int:
    return next(audio_id for path, audio_id in library.paths().items() if path.endswith(os.fsencode(name)))


def test_an_id_is_played_then_a_path(audio: AudioFacade, library: Library, tmp_path: Path) -> None:
    news: list[News] = []
    end = audio.subscribe(news.append)
    audio.play(number(library, "b.mp3"))
    audio.play_next(tmp_path / "lib" / "a.wav")
    state = audio.player().wait_for(lambda state: state.status == "stopped" and state.duration is not None, WAIT)
    assert state.path == tmp_path / "lib" / "a.wav"
    assert [(item.kind, item.path and item.path.name) for item in news if item.kind != "state"] == [
        ("started", "b.mp3"), ("ended", "b.mp3"), ("started", "a.wav"), ("ended", "a.wav")
    ]  # fmt: skip
    end()
    assert state.volume == 0.8  # as the configuration has it


def test_the_transport(audio: AudioFacade, library: Library) -> None:
    audio.loop()
    audio.volume(0.5)
    audio.play(number(library, "a.wav"), 0.1)
    audio.pause()
    audio.seek(0.2)
    audio.seek(-0.05, relative=True)
    state = audio.player().settled(WAIT)
    assert (state.status, state.loop, state.volume) == ("paused", True, 0.5)
    assert state.position == pytest.approx(0.15)
    audio.resume()
    audio.player().wait_for(lambda state: state.output == "none", WAIT)
    audio.stop()
    assert audio.wait(WAIT).position == 0
    assert [output.id for output in audio.outputs()][-1] == "none"
    with pytest.raises(UsageError):
        audio.seek(float("nan"))


def test_what_is_not_there_is_said_before_anything_plays(audio: AudioFacade, library: Library, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no audio file has the id 99"):
        audio.play(99)
    a, b = number(library, "a.wav"), number(library, "b.mp3")
    (tmp_path / "lib" / "a.wav").unlink()
    library.scan()
    assert audio.path_of(a) == os.fsencode(tmp_path / "lib" / "copy.wav")
    (tmp_path / "lib").rename(tmp_path / "unplugged")
    library.toolkit.sources.look_around()
    with pytest.raises(FileUnreadable, match="offline"):
        audio.play(b)


def test_an_outline_is_made_once_and_kept_with_the_content(
    audio: AudioFacade, library: Library, tmp_path: Path
) -> None:
    a = number(library, "a.wav")
    coming = audio.outline_soon(a)
    made = coming.result()
    assert coming.ready()
    assert made == find_peaks(os.fspath(tmp_path / "lib" / "a.wav"))
    (tmp_path / "lib" / "a.wav").rename(tmp_path / "lib" / "elsewhere.wav")
    (tmp_path / "lib" / "copy.wav").unlink()
    library.scan()
    (tmp_path / "lib").rename(tmp_path / "unplugged")
    assert audio.outline_soon(a).ready()  # nothing is read again
    assert audio.peaks(a) == made
    [line] = audio.drawn(made, 20)
    assert len(line) == 20


def test_what_has_no_outline_says_why(audio: AudioFacade, tmp_path: Path) -> None:
    put(tmp_path / "bad.mp3", b"no sound" * 500)
    with pytest.raises(CtkError, match="damaged"):
        audio.outline(tmp_path / "bad.mp3")


SCRIPT = """
from ctk_tui.toolkit.toolkit import Toolkit
with Toolkit.open(Path(sys.argv[1]), database_path=Path(sys.argv[2])) as toolkit:
    toolkit.audio.choose("none"); toolkit.audio.play(sys.argv[3]); print(toolkit.audio.wait().position)
"""


def test_three_lines_play_a_sound(library: Library, tmp_path: Path) -> None:
    script = "import sys; from pathlib import Path" + SCRIPT
    words = [str(library.config), str(library.database), str(tmp_path / "lib" / "b.mp3")]
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, timeout=WAIT)
    assert (done.returncode, done.stderr) == (0, "")
    assert float(done.stdout) == pytest.approx(0.3, abs=0.03)
