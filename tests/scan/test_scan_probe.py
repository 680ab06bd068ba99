"""What a probe says of whole files of every kind."""

from __future__ import annotations

import pytest

from ctk_tui.model.audio import FORMATS
from ctk_tui.model.errors import NotAudio
from ctk_tui.scan import probe as probe_module
from tests.support.make_audio import sound
from tests.support.probing import probed

KINDS: dict[str, tuple[str, int | None]] = {
    "wav": ("wav", 16),
    "wav-u8": ("wav", 8),
    "wav-s24": ("wav", 24),
    "wav-s32": ("wav", 32),
    "wav-f32": ("wav", 32),
    "wav-f64": ("wav", 64),
    "wav-alaw": ("wav", 8),
    "wav-mulaw": ("wav", 8),
    "rf64": ("wav", 16),
    "w64": ("wav", 24),
    "aiff": ("aiff", 16),
    "aiff-s24": ("aiff", 24),
    "aiff-f32": ("aiff", 32),
    "aiff-sowt": ("aiff", 16),
    "flac": ("flac", 16),
    "flac-s24": ("flac", 24),
    "ogg-flac": ("flac", 16),
    "vorbis": ("vorbis", None),
    "aac": ("aac", None),
    "alac": ("alac", 16),
    "alac-s24": ("alac", 24),
    "caf": ("caf", 24),
    "caf-alac": ("caf", 16),
    "wavpack": ("wavpack", 16),
    "wavpack-f32": ("wavpack", 32),
}
"""Kinds whose length is told to the sample, to their format and bits."""
PADDED: dict[str, tuple[str, int | None]] = {
    "wav-ima": ("wav", 4),
    "wav-ms": ("wav", 4),
    "mp3": ("mp3", None),
    "mp3-bare": ("mp3", None),
    "mp2": ("mp2", None),
    "aac-adts": ("aac", None),
    "wma": ("wma", None),
}
"""Kinds whose encoder fills up the end, or puts silence in front."""
RARE: dict[str, tuple[str, int | None]] = {
    "wav-mp3": ("wav", None),
    "tta": ("tta", 16),
    "au": ("au", 16),
}
"""Kinds that are left to the decoder."""


@pytest.fixture
def no_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbid the slower reader."""

    def asked(*_: object) -> None:
        raise AssertionError("the decoder was asked")

    monkeypatch.setattr(probe_module, "_sure", asked)


@pytest.mark.usefixtures("no_decoder")
@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("kind", KINDS)
def test_headers_tell_everything(kind: str, channels: int) -> None:
    if kind == "vorbis" and channels != 2:
        channels = 2
    facts = probed(sound(kind, 1.7, 44100, channels))
    assert (facts.format, facts.bit_depth) == KINDS[kind]
    assert (facts.sample_rate, facts.channels) == (44100, channels)
    assert facts.duration_secs == pytest.approx(1.7, abs=0.002)
    assert not facts.truncated


@pytest.mark.usefixtures("no_decoder")
@pytest.mark.parametrize("rate", [44100, 48000])
@pytest.mark.parametrize("kind", PADDED)
def test_headers_tell_the_length_with_its_padding(kind: str, rate: int) -> None:
    facts = probed(sound(kind, 1.7, rate))
    assert (facts.format, facts.bit_depth) == PADDED[kind]
    assert (facts.sample_rate, facts.channels) == (rate, 2)
    assert 1.7 <= facts.duration_secs < 1.76
    assert not facts.truncated


@pytest.mark.usefixtures("no_decoder")
@pytest.mark.parametrize("channels", [1, 2])
def test_opus_leaves_out_what_decoders_skip(channels: int) -> None:
    facts = probed(sound("opus", 1.7, 48000, channels))
    assert (facts.format, facts.sample_rate, facts.channels, facts.bit_depth) == ("opus", 48000, channels, None)
    assert facts.duration_secs == pytest.approx(1.7, abs=0.0005)


@pytest.mark.parametrize("kind", RARE)
def test_the_decoder_tells_of_rarer_kinds(kind: str) -> None:
    facts = probed(sound(kind, 1.7, 44100))
    assert (facts.format, facts.bit_depth) == RARE[kind]
    assert (facts.sample_rate, facts.channels) == (44100, 2)
    assert facts.duration_secs == pytest.approx(1.7, abs=0.06)
    assert not facts.truncated


def test_ac3() -> None:
    facts = probed(sound("ac3", 1.7, 48000, 6))
    assert (facts.format, facts.sample_rate, facts.channels) == ("ac3", 48000, 6)
    assert facts.duration_secs == pytest.approx(1.7, abs=0.05)


def test_every_promised_format_is_met() -> None:
    met = {name for name, _ in [*KINDS.values(), *PADDED.values()]} | {"opus"}
    assert met >= set(FORMATS)


@pytest.mark.parametrize("rate", [8000, 22050, 96000])
@pytest.mark.parametrize("kind", ["wav", "aiff", "flac", "alac", "caf", "wavpack"])
def test_other_rates(kind: str, rate: int) -> None:
    facts = probed(sound(kind, 0.5, rate, 1))
    assert (facts.sample_rate, facts.channels) == (rate, 1)
    assert facts.duration_secs == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 32000])
def test_mp3_of_every_version(rate: int) -> None:
    facts = probed(sound("mp3", 3, rate, 1))
    assert (facts.format, facts.sample_rate, facts.channels) == ("mp3", rate, 1)
    assert 3 <= facts.duration_secs < 3.4


def test_a_low_aac_rate_is_left_to_the_decoder_for_it_may_be_half_of_the_truth() -> None:
    facts = probed(sound("aac", 1.7, 22050, 1, tags=(("title", "low"),)))
    assert (facts.format, facts.sample_rate, facts.channels) == ("aac", 22050, 1)
    assert facts.duration_secs == pytest.approx(1.7, abs=0.001)
    assert facts.tags.title == "low"


def test_fragmented_mp4() -> None:
    content = sound("aac", 1.7, 44100, options=(("movflags", "frag_keyframe+empty_moov"),))
    assert probed(content).duration_secs == pytest.approx(1.72, abs=0.03)


@pytest.mark.parametrize("vbr", [False, True])
def test_an_mp3_without_a_frame_count_is_counted(vbr: bool) -> None:
    content = sound("mp3-bare", 20, 44100, vbr=vbr)
    assert b"Xing" not in content[:512]
    assert len(content) > 2 * 65536
    assert probed(content).duration_secs == pytest.approx(20.05, rel=0.002)


def test_an_mp3_whose_bit_rate_changes_after_a_long_while_is_counted() -> None:
    slow = sound("mp3-bare", 30, 44100, bit_rate=64000)
    fast = sound("mp3-bare", 10, 44100, bit_rate=256000)
    assert probed(slow + fast).duration_secs == pytest.approx(40.1, rel=0.005)


def test_counting_gives_signs_of_life() -> None:
    signs = []
    content = sound("mp3-bare", 20, 44100, vbr=True) * 10
    probed(content, lambda: signs.append(1))
    assert len(signs) > 2


def test_the_name_is_no_evidence_and_no_way() -> None:
    # `probed` says that everything is called /nowhere/x.wav.
    assert probed(sound("flac")).format == "flac"
    assert probed(sound("mp3")).format == "mp3"
    with pytest.raises(NotAudio) as caught:
        probed(b"Dear diary")
    assert caught.value.path == b"/nowhere/x.wav"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (bytes(100_000), "zeros"),
        (b"ffconcat version 1.0\nfile secret.wav\n", "a script"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nsecret.wav\n", "a playlist"),
        (b"MThd\0\0\0\6\0\1\0\1\0\x60", "MIDI"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        (b"RIFF\x24\0\0\0AVI LIST" + bytes(100), "video"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "Git LFS"),
        (b"the quick brown fox jumps over the lazy dog\n" * 100, "no sound format"),
    ],
)
def test_what_is_no_sound_is_named(content: bytes, reason: str) -> None:
    with pytest.raises(NotAudio, match=reason):
        probed(content)


def test_an_index_that_is_missing_is_named() -> None:
    content = sound("aac", 1.0)
    with pytest.raises(NotAudio, match="index"):
        probed(content[: content.index(b"moov") - 4])
