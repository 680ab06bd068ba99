"""Which decoder reads what, and what files that are none, or are damaged, lead to."""

from __future__ import annotations

import os
import socket
import struct
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from ctk_tui.audio import decode as decoding
from ctk_tui.audio.decode import decode, open_sound
from ctk_tui.audio.native import NativeSource
from ctk_tui.model.errors import FileUnreadable, NotARegularFile, NotAudio
from tests.support.flavours import FLAVOURS, hiss_file, sine_file
from tests.support.make_audio import chunk, riff, wave_format

if TYPE_CHECKING:
    from pathlib import Path

NATIVE = {name for name, flavour in FLAVOURS.items() if flavour.kind.startswith(("wav", "rf64", "w64", "aiff", "flac"))}
NATIVE -= {"wav-mp3", "wavpack", "wavpack-f32"}


@pytest.mark.parametrize("name", FLAVOURS)
def test_the_first_bytes_choose_the_decoder(name: str, tmp_path: Path) -> None:
    file = tmp_path / "named.ogg"
    file.write_bytes(sine_file(name))
    source = decoding.open_source(file)
    assert isinstance(source, NativeSource) == (name in NATIVE)
    source.close()


def test_ogg_never_reaches_miniaudio_whatever_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: object) -> None:
        pytest.fail("an Ogg file was given to miniaudio")

    monkeypatch.setattr(decoding, "NativeSource", never)
    for name in ("vorbis", "opus", "ogg-flac"):
        file = tmp_path / f"{name}.wav"
        file.write_bytes(sine_file(name))
        assert len(decode(file)) > 70_000


def test_a_wav_with_ogg_inside_is_no_way_to_its_vorbis_decoder(tmp_path: Path) -> None:
    file = tmp_path / "x.wav"
    file.write_bytes(riff(chunk(b"fmt ", wave_format(tag=0x674F)), chunk(b"data", sine_file("vorbis"))))
    with pytest.raises(NotAudio):
        NativeSource(os.fsencode(file), "riff", lambda _rate: 0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 5000,
        b"RIFF",
        os.urandom(4096),
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"fLaC" + b"\0" * 60,
        b"OggS" + b"\0" * 99,
    ],
)
def test_what_holds_no_sound_is_told(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x.wav"
    file.write_bytes(content)
    with pytest.raises(NotAudio) as caught:
        decode(file)
    assert caught.value.path == os.fsencode(file)


def test_a_wav_of_no_channels_is_told(tmp_path: Path) -> None:
    file = tmp_path / "x.wav"
    file.write_bytes(riff(chunk(b"fmt ", wave_format(channels=0)), chunk(b"data", bytes(4000))))
    with pytest.raises(NotAudio):
        decode(file)


def test_a_script_that_names_another_file_does_not_open_it(tmp_path: Path) -> None:
    (tmp_path / "secret.wav").write_bytes(sine_file("wav-s16"))
    for text in (b"ffconcat version 1.0\nfile secret.wav\n", b"#EXTM3U\nsecret.wav\n"):
        file = tmp_path / "x.wma"
        file.write_bytes(text)
        with pytest.raises(NotAudio):
            decode(file)


def test_names_that_are_no_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        decode(tmp_path / "missing.wav")
    with pytest.raises(NotARegularFile):
        decode(tmp_path)


def test_pipes_and_sockets_do_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.wav")
    with pytest.raises(NotARegularFile):
        decode(tmp_path / "x.wav")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "y.wav"))
        with pytest.raises(NotARegularFile):
            decode(tmp_path / "y.wav")


@pytest.mark.parametrize("name", ["wav-s16", "flac-16", "mp3", "m4a"])
def test_names_that_are_not_utf8_and_links_are_read(name: str, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/~\xff\xfe%d.wav"
    with open(path, "wb") as file:
        file.write(sine_file(name))
    link = tmp_path / "link"
    os.symlink(path, os.fsencode(link))
    whole = decode(path)
    assert len(whole) > 70_000
    assert np.array_equal(decode(os.fsdecode(path)), whole) or name == "m4a"
    assert len(decode(link)) == len(whole)


CUT = ["wav-s16", "wav-f32", "rf64", "w64", "aiff-s16", "flac-16", "mp3", "mp3-bare-vbr", "vorbis", "opus", "adts",
       "wma", "caf-s24", "wavpack"]  # fmt: skip


@pytest.mark.parametrize("name", CUT)
def test_a_file_that_is_cut_off_plays_what_is_there(name: str, tmp_path: Path) -> None:
    content = hiss_file(name)
    file = tmp_path / "cut.bin"
    file.write_bytes(content)
    whole = decode(file)
    file.write_bytes(content[: len(content) // 2])
    half = decode(file)
    assert (0.9 if content.startswith(b"OggS") else 1.5) < len(half) / 48000 < 2.5  # a page of Ogg is a second here
    if not FLAVOURS[name].noisy:
        assert np.abs(half[:40000] - whole[:40000]).max() < 1e-4


@pytest.mark.parametrize("name", ["mp3", "mp3-bare-vbr", "vorbis", "opus", "m4a", "adts", "wma", "flac-16", "alac-16"])
def test_damage_in_the_middle_is_passed_over(name: str, tmp_path: Path) -> None:
    content = bytearray(hiss_file(name))
    middle = len(content) // 2
    content[middle : middle + 400] = np.random.default_rng(3).bytes(400)
    file = tmp_path / "damaged.bin"
    file.write_bytes(content)
    with open_sound(file) as sound:
        frames = sum(len(block) for block in sound)
    assert (1.9 if content.startswith(b"OggS") else 3.5) < frames / 48000 < 4.2


def test_damaged_packets_are_counted(tmp_path: Path) -> None:
    content = bytearray(hiss_file("alac-16"))
    start = content.index(b"mdat") + 50_000
    content[start : start + 60_000] = np.random.default_rng(3).bytes(60_000)
    file = tmp_path / "damaged.m4a"
    file.write_bytes(content)
    with open_sound(file) as sound:
        for _ in sound:
            pass
        assert sound.bad_packets > 2


def test_what_is_not_a_number_comes_as_silence(tmp_path: Path) -> None:
    values = np.zeros((4410, 2), np.float32)
    values[:, 0] = 0.25
    values[1000], values[1001], values[1002] = np.nan, np.inf, 1e30
    file = tmp_path / "nan.wav"
    file.write_bytes(
        riff(chunk(b"fmt ", wave_format(tag=3, bits=32)), chunk(b"fact", struct.pack("<I", 4410)),
             chunk(b"data", values.tobytes()))
    )  # fmt: skip
    sound = decode(file, None)
    assert np.isfinite(sound).all()
    assert sound[1000].tolist() == [0, 0]
    assert np.abs(sound).max() <= 64
    assert np.isfinite(decode(file)).all()


def test_files_are_given_back(tmp_path: Path) -> None:
    paths = []
    for name in ("wav-s16", "flac-16", "mp3", "ogg-flac", "wma"):
        paths.append(tmp_path / name)
        paths[-1].write_bytes(sine_file(name))
    (tmp_path / "bad").write_bytes(os.urandom(999))
    for path in paths:
        decode(path, seconds=0.1)
    before = psutil.Process().num_fds()
    for path in paths * 5:
        decode(path, start=0.3, seconds=0.1)
        with pytest.raises(NotAudio):
            decode(tmp_path / "bad")
    assert psutil.Process().num_fds() == before
