"""Names: what a volume can hold, what is wise to give, and what templates make."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.files.draft import renamed
from ctk_tui.files.names import cannot_hold, key, unwise
from ctk_tui.files.places import is_plain, is_unsafe
from ctk_tui.files.sidecars import belongs
from ctk_tui.files.templates import Facts, renamer, split_name
from ctk_tui.model.errors import UsageError

FACTS = Facts("Kick 01.WAV", "drums", 1.4567, 44_100, 7)


@pytest.mark.parametrize("name", [b"", b".", b"..", b"a/b", b"a\0b", b"x" * 256, b".ctk-quarantine", b".ctk-tmp-x"])
def test_no_volume_holds(name: bytes) -> None:
    assert cannot_hold(name, "ext4")


@pytest.mark.parametrize(
    "name", [b"a:b.wav", b"what?.wav", b"a\\b.wav", b"x\n.wav", b"end.", b"end ", b"CON", b"nul.wav", b"Com1.x.wav",
             b"lpt9", "com¹.wav".encode(), b"\xff.wav"],
)  # fmt: skip
def test_windows_volumes_hold_less(name: bytes) -> None:
    assert cannot_hold(name, "ext4") == ""
    assert cannot_hold(name, "vfat")
    assert cannot_hold(name, "NTFS3")


@pytest.mark.parametrize(
    "name", [b"con.wav", b"AUX", b"._kick.wav", b".DS_Store", b"Icon\r", b" kick.wav", b"kick.wav ", b"kick.", b"a:b",
             b"a\\b", b"a\x1bb.wav", b"a\nb.wav", b"x" * 256, b"a/b"],
)  # fmt: skip
def test_names_that_no_file_is_given(name: bytes) -> None:
    assert unwise(name, "ext4")


@pytest.mark.parametrize(
    "name", [b"kick.wav", b"console.wav", b"com10.wav", b"\xff.wav", "größe.wav".encode(), b"-x.wav"]
)
def test_names_that_are_fine(name: bytes) -> None:
    assert unwise(name, "ext4") == ""
    assert cannot_hold(b"x" * 255, "ext4") == ""


def test_what_a_case_blind_volume_takes_for_one_name() -> None:
    assert key(b"Kick.WAV", case_blind=True) == key(b"kick.wav", case_blind=True)
    assert key("Groß\u0308e".encode(), case_blind=True) == key("gross\u0308E".encode(), case_blind=True)
    assert key(b"Kick.WAV", case_blind=False) != key(b"kick.wav", case_blind=False)


@pytest.mark.parametrize(
    ("template", "made"),
    [
        ("{category}_{name}_{n:03}", "drums_Kick 01_007.WAV"),
        ("{n}.{ext}", "7.WAV"),
        ("{n:2} {duration} {rate}", "07 1.5s 44.1k.WAV"),
        ("{{{name}}}", "{Kick 01}.WAV"),
        ("plain", "plain.WAV"),
        ("s/kick/snare/", "Kick 01.WAV"),
        ("s/kick/snare/i", "snare 01.WAV"),
        (r"s/(\w+) (\d+)/\2-\1/", "01-Kick.WAV"),
        ("s/[0-9]/#/", "Kick #1.WAV"),
        ("s/[0-9]/#/g", "Kick ##.WAV"),
        (r"s/\.WAV$/.wav/", "Kick 01.wav"),
        (r"s#Kick#a\#b#", "a#b 01.WAV"),
        ("s|Kick||", " 01.WAV"),
    ],
)
def test_templates(template: str, made: str) -> None:
    assert renamer(template)(FACTS) == made


def test_what_is_not_known() -> None:
    facts = Facts("noext", None, None, None, 1)
    assert renamer("{category} {duration} {rate} {name}")(facts) == "unclassified unknown unknown noext"
    assert renamer("{name}.{ext}")(facts) == "noext."
    assert split_name(".hidden") == (".hidden", "")


@pytest.mark.parametrize(
    ("template", "token"),
    [
        ("{nmae}", "{nmae}"), ("{n:x}", "{n:x}"), ("{n:0}", "{n:0}"), ("{n:10}", "{n:10}"), ("{name:3}", "{name:3}"),
        ("{", "'{'"), ("a}b", "'}'"), ("", "empty"), ("  ", "empty"), ("s/a/b", "form"), ("s/a", "form"),
        ("s/a/b/x", "flags"), ("s//b/", "flags"), ("s/(/b/", "unterminated"), (r"s/a/\1/", "group"), ("{}", "{}"),
    ],
)  # fmt: skip
def test_templates_that_are_off(template: str, token: str) -> None:
    with pytest.raises(UsageError) as caught:
        renamer(template)
    assert token in caught.value.message


@given(st.text(st.characters(blacklist_characters="{}"), min_size=1).filter(str.strip))
def test_plain_text_is_itself(text: str) -> None:
    if not text.startswith("s"):
        assert renamer(text)(Facts("x", None, None, None, 1)) == text


@pytest.mark.parametrize(
    ("sidecar", "owner", "is_its", "follows"),
    [
        (b"kick.wav.asd", b"kick.wav", True, b"new.wav.asd"),
        (b"kick.asd", b"kick.wav", True, b"new.asd"),
        (b"kick.wav.reapeaks", b"kick.wav", True, b"new.wav.reapeaks"),
        (b"KICK.WAV.ASD", b"KICK.WAV", True, b"new.wav.ASD"),
        (b"kick.wav.txt", b"kick.wav", False, None),
        (b"kick2.wav.asd", b"kick.wav", False, None),
        (b"kick.wav", b"kick.wav", False, None),
    ],
)
def test_sidecars(sidecar: bytes, owner: bytes, is_its: bool, follows: bytes | None) -> None:
    assert belongs(sidecar, owner) == is_its
    if follows is not None:
        assert renamed(owner, b"new.wav", sidecar) == follows


def test_places_that_are_not_plain_or_not_safe() -> None:
    for path in (b"relative", b"/a/../b", b"/a/./b", b"/a//b", b"/a/", b"/a\0", b"/a/.ctk-quarantine/x"):
        assert not is_plain(path)
    assert is_plain(b"/a/..b/...c/\xff")
    for folder in (
        b".Trash",
        b".Trash-1000",
        b"$RECYCLE.BIN",
        b".cache",
        b".snapshots",
        b"@Snapshot",
        b".ctk-quarantine",
    ):
        assert is_unsafe(b"/drive/" + folder + b"/kick.wav")
    assert not is_unsafe(b"/drive/trash talk/.Trash")
