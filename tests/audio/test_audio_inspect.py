"""The decoder's view of a file: held to sound, to one file, and to what is there."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import av
import pytest

from ctk_tui.audio import magic
from ctk_tui.audio.inspect import inspect
from ctk_tui.model.errors import Cancelled, NotAudio
from tests.support.flavours import Flavour, sine, written
from tests.support.make_audio import CODECS, id3, sound, wav, with_picture
from tests.support.probing import decoded_seconds

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.model.audio import AudioFacts


def inspected(content: bytes, *, measure: bool = True) -> AudioFacts:
    return inspect(io.BytesIO(content), b"/nowhere/x", measure=measure)


@pytest.mark.parametrize("kind", CODECS)
def test_every_kind(kind: str) -> None:
    rate = 48000 if kind in {"opus", "ac3"} else 44100
    facts = inspected(sound(kind, 1.7, rate))
    assert (facts.sample_rate, facts.channels, facts.truncated) == (rate, 2, False)
    assert facts.duration_secs == pytest.approx(1.7, abs=0.06)


@pytest.mark.parametrize(
    ("kind", "name", "bits"),
    [
        ("wav-s24", "wav", 24),
        ("wav-f64", "wav", 64),
        ("wav-alaw", "wav", 8),
        ("wav-ima", "wav", 4),
        ("w64", "wav", 24),
        ("aiff", "aiff", 16),
        ("caf-alac", "caf", 16),
        ("alac-s24", "alac", 24),
        ("flac-s24", "flac", 24),
        ("ogg-flac", "flac", 16),
        ("tta", "tta", 16),
        ("au", "au", 16),
        ("mp3", "mp3", None),
        ("mp2", "mp2", None),
        ("wma", "wma", None),
        ("opus", "opus", None),
        ("vorbis", "vorbis", None),
        ("ac3", "ac3", None),
    ],
)
def test_names_and_bits(kind: str, name: str, bits: int | None) -> None:
    facts = inspected(sound(kind, 0.5, 48000 if kind in {"opus", "ac3"} else 44100))
    assert (facts.format, facts.bit_depth) == (name, bits)


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "vorbis", "aac", "wma", "tta"])
def test_tags(kind: str) -> None:
    tags = inspected(sound(kind, 0.5, tags=(("title", "Тема\x1b[1m"), ("artist", "a" * 9000)))).tags
    assert tags.title == "Тема\x1b[1m"
    assert len(tags.artist) == 4096


def test_without_measuring_the_header_is_believed() -> None:
    content = sound("aac", 4.0, 44100, options=(("movflags", "faststart"),))
    cut = content[: len(content) // 2]
    assert inspected(cut, measure=False).duration_secs == pytest.approx(4.0, abs=0.03)
    facts = inspected(cut)
    assert facts.truncated
    assert facts.duration_secs == pytest.approx(decoded_seconds(cut), abs=0.05)


def plain(content: bytes) -> str:
    """Return the format as which FFmpeg opens this when nothing holds it back."""
    with av.open(io.BytesIO(content)) as container:
        return container.format.name


SUBTITLE = b"1\n00:00:00,000 --> 00:00:10,000\nhi\n\n2\n00:00:11,000 --> 00:00:12,000\nho\n"
STREAM = b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n"


@pytest.mark.parametrize(("content", "name"), [(SUBTITLE, "srt"), (STREAM, "sdp")])
def test_the_whitelist_holds_for_file_objects(content: bytes, name: str) -> None:
    assert plain(content) == name
    with pytest.raises(NotAudio):
        inspected(content)


MANIFEST = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period>'
    '<AdaptationSet mimeType="audio/mp4"><Representation id="1"><BaseURL>{}</BaseURL>'
    "</Representation></AdaptationSet></Period></MPD>"
)
PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{}\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize("script", ["ffconcat version 1.0\nfile {}\n", PLAYLIST, MANIFEST])
def test_a_script_opens_no_other_file(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    secret = tmp_path / "secret.wav"
    secret.write_bytes(wav(4410))
    for name in (str(secret), "secret.wav"):
        (tmp_path / "q.wma").write_text(script.format(name))
        with open(tmp_path / "q.wma", "rb") as file, pytest.raises(NotAudio):
            inspect(file, os.fsencode(tmp_path / "q.wma"))


def test_an_ffconcat_script_would_open_others_if_it_were_let(tmp_path: Path) -> None:
    (tmp_path / "secret.wav").write_bytes(wav(4410))
    (tmp_path / "q.wma").write_text("ffconcat version 1.0\nfile secret.wav\n")
    with av.open(str(tmp_path / "q.wma")) as container:
        assert container.format.name == "concat"


def test_a_video_is_refused_and_a_cover_is_not() -> None:
    with pytest.raises(NotAudio, match="a video"):
        inspected(with_picture(video=True))
    assert inspected(with_picture(video=False)).format == "aac"


def test_garbage_that_opens_is_refused() -> None:
    for content in (id3(("TIT2", b"\3x")) + bytes(5000), b"fLaC" + bytes(5000), b"\xff\xf1" * 3000, b"OggS" * 3000):
        with pytest.raises(NotAudio):
            inspected(content)


@pytest.mark.parametrize("kind", ["flac", "mp3", "vorbis", "aac-adts"])
def test_headers_without_sound_behind_them_are_refused(kind: str) -> None:
    content = sound(kind, 1.0)
    with pytest.raises(NotAudio):
        inspected(content[:100] + b"\x55" * 5000)


INSPECT = """
import sys
from ctk_tui.audio.inspect import inspect
for _ in range(5):
    with open(sys.argv[1], "rb") as file:
        facts = inspect(file, b"x")
print(facts.format, facts.channels, facts.bit_depth)
"""


def test_an_order_of_channels_of_its_own_crashes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "7.1.caf"
    file.write_bytes(written(sine(997, 0.3, 48000, 8), Flavour("caf", 48000, 8)))
    # In a process of its own: what crashes here must not end the tests.
    done = subprocess.run([sys.executable, "-c", INSPECT, file], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "caf 8 24\n"), done.stderr


def test_long_work_gives_signs_of_life_and_can_be_ended() -> None:
    signs = 0

    def check() -> None:
        nonlocal signs
        signs += 1
        if signs > 20:
            raise Cancelled

    with pytest.raises(Cancelled):
        inspect(io.BytesIO(sound("wav", 20.0)), b"x", check=check)
    assert signs == 21


def test_nothing_is_written_past_python(capfd: pytest.CaptureFixture[str]) -> None:
    content = sound("flac", 1.0)
    with pytest.raises(NotAudio):
        inspected(content[:4000])
    inspected(sound("aac-adts", 1.0)[:5001])
    assert capfd.readouterr() == ("", "")


MAGIC = {
    "riff": ("wav", "wav-s24", "wav-mp3", "rf64"),
    "w64": ("w64",),
    "aiff": ("aiff", "aiff-f32"),
    "flac": ("flac",),
    "mpeg": ("mp3", "mp2"),
    "adts": ("aac-adts",),
    "ogg": ("vorbis", "opus", "ogg-flac"),
    "mp4": ("aac", "alac"),
    "asf": ("wma",),
    "caf": ("caf", "caf-alac"),
    "wavpack": ("wavpack",),
    "unknown": ("tta", "ac3", "au"),
}


@pytest.mark.parametrize("name", MAGIC)
def test_magic_bytes(name: str) -> None:
    for kind in MAGIC[name]:
        head = sound(kind, 0.3, 48000 if kind in {"opus", "ac3"} else 44100)[:65536]
        if kind == "mp3":
            assert magic.container(head) == "id3"
            head = head[head.index(b"\xff\xfb") :]
        assert magic.container(head) == name
        assert magic.no_sound(head) is None
