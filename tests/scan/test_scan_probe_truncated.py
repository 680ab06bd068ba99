"""A truncated file gets what it really holds: as much as comes out when all of it is decoded."""

from __future__ import annotations

import random

import pytest

from ctk_tui.model.errors import NotAudio
from tests.support.make_audio import chunk, riff, sound, wav, wave_format
from tests.support.probing import decoded_seconds, probed

FASTSTART = (("movflags", "faststart"),)
TELLS = [
    *("wav", "wav-s24", "wav-f32", "wav-alaw", "wav-ima", "wav-ms", "rf64", "w64"),
    *("aiff", "aiff-s24", "flac", "flac-s24", "ogg-flac", "vorbis", "mp3", "wma", "caf", "wavpack", "au"),
]
"""Kinds whose headers tell how long they should be, so that an early end is seen."""


def cuts(content: bytes, count: int) -> list[bytes]:
    """Return the file cut off at some places behind its headers."""
    places = random.Random(len(content))
    return [content[: places.randrange(len(content) // 5, len(content) * 97 // 100)] for _ in range(count)]


def agree(cut: bytes, kind: str) -> bool:
    """Hold the probe's answer to the decoder's; return whether there was one."""
    truth = decoded_seconds(cut)
    try:
        facts = probed(cut)
    except NotAudio:
        assert truth is None or truth < 0.05
        return False
    assert truth is not None
    assert facts.duration_secs == pytest.approx(truth, abs=0.05, rel=0.01 if kind == "mp3" else 0)
    assert facts.truncated
    return True


@pytest.mark.parametrize("kind", TELLS)
def test_as_long_as_what_comes_out(kind: str) -> None:
    content = sound(kind, 4.0, 44100)
    assert True in {agree(cut, kind) for cut in cuts(content, 4)}


@pytest.mark.parametrize("kind", ["aac", "alac"])
def test_mp4_with_its_index_in_front(kind: str) -> None:
    content = sound(kind, 4.0, 44100, options=FASTSTART)
    assert {agree(cut, kind) for cut in cuts(content, 3)} == {True}


@pytest.mark.parametrize("kind", ["opus", "wavpack", "aiff-s24"])
def test_more_channels(kind: str) -> None:
    content = sound(kind, 4.0, 48000, 2 if kind == "opus" else 6)
    assert True in {agree(cut, kind) for cut in cuts(content, 4)}


@pytest.mark.parametrize("kind", ["mp3-bare", "aac-adts"])
def test_a_bare_stream_is_as_long_as_its_frames(kind: str) -> None:
    for cut in cuts(sound(kind, 4.0, 44100), 3):
        assert probed(cut).duration_secs == pytest.approx(decoded_seconds(cut), abs=0.05)


def test_a_variable_mp3_is_counted_when_it_is_cut() -> None:
    content = sound("mp3", 20, 44100, vbr=True)
    assert probed(content).duration_secs == pytest.approx(20.04, abs=0.03)
    for cut in cuts(content, 3):
        facts = probed(cut)
        assert facts.truncated
        assert facts.duration_secs == pytest.approx(decoded_seconds(cut), rel=0.01)


def test_a_flac_cut_within_its_only_frame_holds_nothing() -> None:
    content = sound("flac", 0.08, 44100)
    with pytest.raises(NotAudio):
        probed(content[:-1])


def test_a_flac_cut_by_one_byte_loses_its_last_frame() -> None:
    content = sound("flac", 1.0, 44100)
    facts = probed(content[:-1])
    assert facts.truncated
    assert facts.duration_secs == pytest.approx(decoded_seconds(content[:-1]), abs=0.001)


def test_a_flac_that_was_streamed_is_measured() -> None:
    content = bytearray(sound("flac", 1.7, 44100))
    content[21] &= 0xF0
    content[22:26] = bytes(4)  # the number of samples in STREAMINFO: unknown
    facts = probed(bytes(content))
    assert facts.duration_secs == pytest.approx(1.7, abs=0.0001)
    assert not facts.truncated


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFF000])
def test_a_wav_that_was_streamed_is_as_long_as_it_is(size: int) -> None:
    facts = probed(wav(44100, data_size=size))
    assert facts.duration_secs == pytest.approx(1.0)
    assert not facts.truncated


def test_an_empty_data_chunk_with_others_behind_it_is_empty() -> None:
    content = riff(chunk(b"fmt ", wave_format()), b"data\0\0\0\0", chunk(b"LIST", b"INFO" + chunk(b"INAM", b"none")))
    with pytest.raises(NotAudio, match="holds no sound"):
        probed(content)


def test_a_header_that_tells_too_much() -> None:
    facts = probed(wav(44100, data_size=44100 * 4 * 2))
    assert facts.duration_secs == pytest.approx(1.0)
    assert facts.truncated


def test_a_tag_behind_the_sound_is_no_cut() -> None:
    end = b"TAG" + b"Title".ljust(125, b"\0")
    for kind in ("flac", "mp3", "mp3-bare", "vorbis", "aac-adts", "wavpack"):
        whole, more = probed(sound(kind, 1.0)), probed(sound(kind, 1.0) + end)
        assert more.duration_secs == pytest.approx(whole.duration_secs, abs=0.001)
        assert not more.truncated
