"""The embedded words: title, artist, comment and the bext description."""

from __future__ import annotations

import struct

import pytest

from ctk_tui.model.audio import Tags
from ctk_tui.scan.containers.words import LONGEST
from tests.support.make_audio import chunk, id3, riff, sound, synchsafe, wav, wave_format
from tests.support.probing import probed

WORDS = (("title", "Grüne Glocke"), ("artist", "Мария"), ("comment", "tief, 低音"))
TAGGED = [
    *("wav", "wav-s24", "rf64", "aiff", "flac", "ogg-flac", "mp3", "mp3-bare"),
    *("vorbis", "opus", "aac", "alac", "wma", "wavpack"),
]


@pytest.mark.parametrize("kind", TAGGED)
def test_words_of_every_container(kind: str) -> None:
    facts = probed(sound(kind, 0.5, 48000 if kind == "opus" else 44100, tags=WORDS))
    assert facts.tags == Tags(*(value for _, value in WORDS))


def test_caf_words() -> None:
    tags = probed(sound("caf", 0.5, tags=WORDS)).tags
    assert (tags.title, tags.artist) == ("Grüne Glocke", "Мария")


@pytest.mark.parametrize("kind", ["wav", "aiff", "flac", "mp3", "vorbis", "aac", "wma", "caf", "wavpack"])
def test_no_words(kind: str) -> None:
    assert probed(sound(kind, 0.5)).tags == Tags()


def mp3(tag: bytes) -> Tags:
    return probed(tag + sound("mp3", 0.5)).tags


def frames(title: bytes, version: int = 3) -> bytes:
    return id3(("TIT2", title), version=version)


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"\0caf\xe9", "café"),
        (b"\1" + "\ufeffcafé".encode("utf-16-le"), "café"),
        (b"\1" + "\ufeffcafé".encode("utf-16-be"), "café"),
        (b"\2" + "café".encode("utf-16-be"), "café"),
        (b"\3" + "café".encode(), "café"),
        (b"\3one\0two", "one two"),
        (b"\3  padded  \0\0\0", "padded"),
        (b"\1\xff\xfe\x00\xd8", "\ufffd"),
        (b"\3bad \xff byte", "bad \ufffd byte"),
        (b"\3\x1b[31mred\x07", "\x1b[31mred\x07"),
        (b"\3", ""),
    ],
)
def test_id3_encodings(body: bytes, title: str) -> None:
    assert mp3(frames(body)).title == title
    assert mp3(frames(body, version=4)).title == title


def test_id3_of_version_2_2() -> None:
    body = b"TT2" + (5).to_bytes(3, "big") + b"\0four" + b"COM" + (9).to_bytes(3, "big") + b"\0eng\0five"
    tags = mp3(b"ID3\2\0\0" + synchsafe(len(body)) + body)
    assert (tags.title, tags.comment) == ("four", "five")


def test_id3_unsynchronised() -> None:
    plain = id3(("TIT2", b"\1" + "\ufeffÿé".encode("utf-16-le")), ("TPE1", b"\0after"))[10:]
    body = plain.replace(b"\xff\0", b"\xff\0\0").replace(b"\xff\xfe", b"\xff\0\xfe")
    tags = mp3(b"ID3\3\0\x80" + synchsafe(len(body)) + body)
    assert (tags.title, tags.artist) == ("ÿé", "after")


def test_id3_frame_flags() -> None:
    packed = id3(("TIT2", b"\3hidden"))
    assert mp3(packed[:19] + b"\x80" + packed[20:]).title == ""
    length = id3(("TIT2", b"\0\0\0\5\3open"), version=4)
    assert mp3(length[:19] + b"\x01" + length[20:]).title == "open"


def test_id3_comments_of_itunes_are_no_words() -> None:
    loud = ("COMM", b"\0engiTunNORM\0 00000A2B")
    assert mp3(id3(loud)).comment == ""
    assert mp3(id3(loud, ("COMM", b"\0eng\0warm pad"))).comment == "warm pad"
    assert mp3(id3(("COMM", b"\0engabout\0second"), ("COMM", b"\0eng\0first"))).comment == "first"
    assert mp3(id3(("COMM", b"\1eng\xff\xfe\0\0\xff\xfea\0"))).comment == "a"


def test_id3_behind_a_large_cover() -> None:
    assert mp3(id3(("APIC", bytes(300_000)), ("TIT2", b"\3behind"))).title == "behind"


def test_id3_twice() -> None:
    assert mp3(frames(b"\3first") + frames(b"\3second")).title == "first"


def test_id3v1_fills_what_is_missing() -> None:
    end = b"TAG" + b"Old title".ljust(30, b"\0") + b"Old artist".ljust(30, b" ") + bytes(34) + b"Old comment".ljust(31)
    tags = probed(frames(b"\3New title") + sound("mp3", 0.5) + end).tags
    assert tags == Tags("New title", "Old artist", "Old comment")


def ape(*items: tuple[bytes, bytes], flags: int = 0) -> bytes:
    body = b"".join(struct.pack("<II", len(value), flags) + key + b"\0" + value for key, value in items)
    return body + b"APETAGEX" + struct.pack("<IIII", 2000, len(body) + 32, len(items), 0) + bytes(8)


def test_ape_tags_at_the_end() -> None:
    tag = ape((b"Title", "Glöckchen".encode()), (b"COMMENT", b"small"))
    for content in (sound("mp3", 0.5) + tag, sound("wavpack", 0.5) + tag):
        facts = probed(content)
        assert (facts.tags.title, facts.tags.comment, facts.truncated) == ("Glöckchen", "small", False)
    assert probed(sound("wavpack", 0.5) + ape((b"Title", b"\1\2"), flags=2)).tags == Tags()


def test_flac_behind_an_id3_tag() -> None:
    facts = probed(id3(("TIT2", b"\3ours")) + sound("flac", 0.5, tags=(("title", "its own"),)))
    assert (facts.format, facts.tags.title) == ("flac", "its own")


def listed(*words: tuple[bytes, bytes]) -> bytes:
    return chunk(b"LIST", b"INFO" + b"".join(chunk(name, text) for name, text in words))


def test_wav_words_stand_before_or_behind_the_sound() -> None:
    words = listed((b"INAM", b"Kick 909\0"), (b"ICMT", b"caf\xe9\0junk"), (b"ISFT", b"Editor"))
    assert probed(wav(400, more=words)).tags == Tags("Kick 909", comment="café")
    sound_ = chunk(b"data", bytes(400))
    assert probed(riff(chunk(b"fmt ", wave_format()), words, sound_)).tags.title == "Kick 909"
    assert probed(wav(100_000, more=words)).tags.title == "Kick 909"
    assert probed(wav(100_000, more=words + chunk(b"junk", bytes(70_000)))).tags.title == "Kick 909"


def test_wav_with_an_id3_chunk() -> None:
    more = listed((b"INAM", b"Short")) + chunk(b"id3 ", id3(("TIT2", b"\3Longer"), ("TPE1", b"\3Who")))
    assert probed(wav(400, more=more)).tags == Tags("Longer", "Who")


def test_the_description_of_broadcast_wave() -> None:
    bext = chunk(b"bext", b"Rain on a tin roof, take 3".ljust(256, b"\0") + bytes(346))
    facts = probed(riff(chunk(b"fmt ", wave_format()), bext, chunk(b"data", bytes(400))))
    assert facts.tags == Tags(description="Rain on a tin roof, take 3")
    full = chunk(b"bext", ("ü" * 200).encode()[:256] + b"ORIGINATOR".ljust(346, b"\0"))
    facts = probed(riff(chunk(b"fmt ", wave_format()), full, chunk(b"data", bytes(400))))
    assert facts.tags.description == "ü" * 128


def test_aiff_words() -> None:
    common = struct.pack(">HIHHQ", 1, 100, 16, 16398, 44100 << 48)
    parts = chunk(b"NAME", b"Bell", ">") + chunk(b"AUTH", b"Me", ">") + chunk(b"ANNO", b"first", ">")
    parts += chunk(b"COMM", common, ">") + chunk(b"SSND", bytes(208), ">") + chunk(b"ANNO", b"second", ">")
    content = b"FORM" + struct.pack(">I", len(parts) + 4) + b"AIFF" + parts
    facts = probed(content)
    assert (facts.sample_rate, facts.tags) == (44100, Tags("Bell", "Me", "first"))


def test_words_are_cut_to_what_search_needs() -> None:
    long = "x" * 1_000_000
    for kind in ("flac", "vorbis", "mp3", "aac", "wav", "wma"):
        tags = probed(sound(kind, 0.5, tags=(("title", long if kind != "wma" else long[:30_000]),))).tags
        assert len(tags.title) == LONGEST


def test_a_vorbis_description_is_a_comment() -> None:
    assert probed(sound("flac", 0.5, tags=(("DESCRIPTION", "from a shop"),))).tags.comment == "from a shop"
