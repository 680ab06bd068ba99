"""Headers that lie: a reason or the truth, in no time, and no other error than NotAudio."""

from __future__ import annotations

import contextlib
import math
import struct
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ctk_tui.model.errors import FileUnreadable, NotAudio
from ctk_tui.scan.probe import probe
from tests.support.make_audio import CODECS, chunk, id3, riff, sound, synchsafe, wav, wave_format
from tests.support.probing import probed

KINDS = sorted(CODECS)
SOON = 2.0
"""Seconds: a thousand times what any of these files takes, so that a busy machine does not fail the test."""


def small(kind: str) -> bytes:
    rate = 48000 if kind in {"opus", "ac3"} else 44100
    return sound(kind, 0.3, rate, tags=(("title", "Title"), ("comment", "Comment")))


def hold(content: bytes) -> None:
    """Probe, and require sane facts or a reason, soon."""
    begin = time.monotonic()
    with contextlib.suppress(NotAudio):
        facts = probed(content)
        assert math.isfinite(facts.duration_secs)
        assert facts.duration_secs > 0
        assert facts.sample_rate > 0
        assert facts.channels > 0
        assert facts.bit_depth is None or 0 < facts.bit_depth <= 64
        words = facts.tags.words()
        assert "\0" not in words
        words.encode()
    assert time.monotonic() - begin < SOON


PLACES = st.one_of(st.integers(0, 60), st.integers(0, 600), st.integers(-200, -1), st.integers(0, 1 << 20))
BYTES = st.one_of(
    st.sampled_from([b"\0", b"\1", b"\xff", b"\x7f", b"\x80", b"\xff" * 4, bytes(4)]), st.binary(max_size=8)
)


@settings(max_examples=300)
@given(
    kind=st.sampled_from(KINDS),
    changes=st.lists(st.tuples(PLACES, BYTES), max_size=12),
    cut=st.one_of(st.none(), st.integers(0, 5000), st.integers(0, 1 << 20)),
)
@example(kind="wav", changes=[(22, b"\0\0")], cut=None)
@example(kind="flac", changes=[(18, bytes(8))], cut=None)
def test_changed_bytes_never_break_it(kind: str, changes: list[tuple[int, bytes]], cut: int | None) -> None:
    content = bytearray(small(kind))
    for place, data in changes:
        at = place % len(content)
        content[at : at + len(data)] = data
    hold(bytes(content[:cut]))


@settings(max_examples=100)
@given(st.sampled_from(KINDS), st.integers(0, 64), st.binary(max_size=3000))
def test_noise_behind_a_true_beginning_never_breaks_it(kind: str, length: int, noise: bytes) -> None:
    hold(small(kind)[:length] + noise)


@settings(max_examples=100)
@given(st.binary(max_size=4000))
def test_noise_is_not_audio(noise: bytes) -> None:
    with pytest.raises(NotAudio):
        probed(noise)


@pytest.mark.parametrize(
    "form",
    [
        wave_format(channels=0),
        wave_format(rate=0),
        wave_format(rate=0xFFFFFFFF),
        wave_format(channels=0xFFFF),
        wave_format(bits=0),
        wave_format(bits=0xFFFF, align=4),
        wave_format(tag=0x7A21),
        b"",
        b"\1",
    ],
)
def test_wav_formats_that_cannot_be(form: bytes) -> None:
    with pytest.raises(NotAudio):
        probed(riff(chunk(b"fmt ", form), chunk(b"data", bytes(4000))))


def test_a_wav_without_a_block_size_is_left_to_the_decoder() -> None:
    facts = probed(riff(chunk(b"fmt ", wave_format(align=0)), chunk(b"data", bytes(44100 * 4))))
    assert facts.duration_secs == pytest.approx(1.0, abs=0.01)


def test_chunk_sizes_past_the_end() -> None:
    facts = probed(wav(4410, more=b"LIST\xff\xff\xff\xffINFOINAM\xff\xff\xff\x7fTitle"))
    assert facts.duration_secs == pytest.approx(0.1)
    with pytest.raises(NotAudio, match="no data chunk"):
        probed(riff(chunk(b"fmt ", wave_format()), b"LIST\xff\xff\xff\xff", chunk(b"data", bytes(400))))


def test_thousands_of_empty_chunks() -> None:
    hold(riff(chunk(b"fmt ", wave_format()), chunk(b"none", b"") * 100_000, chunk(b"data", bytes(400))))
    form = b"FORM" + struct.pack(">I", 800_004) + b"AIFF" + chunk(b"NONE", b"", ">") * 100_000
    hold(form)


def test_id3_that_claims_more_than_there_is() -> None:
    facts = probed(id3(("TIT2", b"\3Title"), size=0xFFFFFFF) + sound("mp3", 1.0))
    assert facts.duration_secs == pytest.approx(1.05, abs=0.03)
    frame = b"TIT2" + b"\x7f\xff\xff\xff\0\0" + b"\3T"
    hold(b"ID3\3\0\0" + synchsafe(len(frame)) + frame + sound("mp3", 1.0))


def test_id3_of_a_thousand_repeated_words() -> None:
    many = tuple(("TIT2", b"\3" + b"a\0b\0" * 1000) for _ in range(100))
    hold(id3(*many) + sound("mp3", 0.5))


def atom(name: bytes, body: bytes, size: int | None = None) -> bytes:
    return struct.pack(">I", len(body) + 8 if size is None else size) + name + body


def test_mp4_atoms_in_atoms_and_atoms_of_no_size() -> None:
    deep = b""
    for _ in range(5000):
        deep = atom(b"moov", deep)
    hold(atom(b"ftyp", b"M4A \0\0\0\0") + deep)
    hold(atom(b"ftyp", b"M4A \0\0\0\0") + atom(b"moov", b"", 0) + atom(b"free", b"", 4))
    hold(atom(b"ftyp", b"M4A \0\0\0\0") + atom(b"free", b"") * 100_000)


def change(content: bytes, name: bytes, at: int, data: bytes) -> bytes:
    place = content.index(name) + 4 + at
    return content[:place] + data + content[place + len(data) :]


def test_mp4_with_more_packets_than_bytes() -> None:
    with pytest.raises(NotAudio, match="more packets"):
        probed(change(sound("aac", 1.0), b"stsz", 4, struct.pack(">II", 1, 0xFFFFFFF)))


def test_mp4_that_lasts_for_ever_is_measured() -> None:
    content = change(sound("aac", 1.0), b"mdhd", 16, b"\xff\xff\xff\xf0")
    content = change(content, b"elst", 8, b"\xff\xff\xff\xf0")
    assert probed(content).duration_secs == pytest.approx(1.02, abs=0.03)


def test_mp4_whose_sound_is_encrypted() -> None:
    with pytest.raises(NotAudio, match="encrypted"):
        probed(sound("aac", 1.0).replace(b"mp4a", b"drms"))


def test_mp3_whose_frame_count_is_a_lie() -> None:
    content = sound("mp3", 1.0)
    at = content.index(b"Info") + 8
    for count in (0xFFFFFFFF, 1_000_000, 1):
        lie = content[:at] + struct.pack(">I", count) + content[at + 4 :]
        assert probed(lie).duration_secs == pytest.approx(1.05, abs=0.03)


def test_ogg_whose_position_is_a_lie() -> None:
    content = bytearray(sound("vorbis", 1.0))
    at = content.rindex(b"OggS") + 6
    for position in (b"\xff" * 7 + b"\x7f", b"\xff" * 8, bytes(8)):
        content[at : at + 8] = position
        hold(bytes(content))


def test_flac_whose_length_is_a_lie() -> None:
    content = bytearray(sound("flac", 1.0))
    content[21] |= 0x0F
    content[22:26] = b"\xff\xff\xff\xff"
    facts = probed(bytes(content))
    assert facts.duration_secs == pytest.approx(1.0)
    assert facts.truncated


def test_a_read_that_the_system_refuses_is_no_verdict_on_the_sound() -> None:
    content = wav(100_000, more=chunk(b"LIST", b"INFO"))
    with pytest.raises(FileUnreadable):
        probe(-1, b"x.wav", len(content) + 1000, content[:30], b"")


def test_nor_is_one_that_the_decoder_asks_for() -> None:
    content = sound("tta", 3.0)
    with pytest.raises(FileUnreadable):
        probe(-1, b"x.wav", len(content), content[:65536], content[-65536:])
