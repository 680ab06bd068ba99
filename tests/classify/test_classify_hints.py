"""What names say, and how often they are right: a yardstick on real names, which says nothing of the network."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from ctk_tui.classify.hints import CODES, DRUM_MACHINE, PHRASES, WORDS, hint, words
from ctk_tui.model.audio import CATEGORIES

SONIC_PI = "/usr/share/sonic-pi/samples"
HYDROGEN = "/usr/share/hydrogen/data/drumkits"
TRUE_SONIC_PI = (
    (r"bass_|glitch_bass", "bass"),
    (r"bd_|drum_|sn_|tabla_|perc_(?!door|swash|swoosh|impact)|glitch_perc", "drums"),
    (r"elec_.*(snare|kick|cymbal|tom|triangle)|loop_(amen|breakbeat|perc|tabla)", "drums"),
    (r"guit_", "guitar"),
    (r"ambi_choir", "vocal"),
    (r"ambi_(piano|drone)|loop_drone|elec_(?!flip|wood)", "synth"),
    (r"ambi_(?!glass|haunted|soft)|vinyl_|misc_|perc_|glitch_|mehackit_|loop_3d", "fx"),
)
"""What the samples are, by the groups of their makers; the first match counts. What matches none is left out: nobody
listened to them for this."""


def test_the_words_name_categories_and_each_one_only() -> None:
    assert {*WORDS, *CODES, *PHRASES.values(), *DRUM_MACHINE.values()} <= set(CATEGORIES) - {"other"}
    every = [word for said in (*WORDS.values(), *CODES.values()) for word in said.split()]
    assert len(every) == len(set(every))


def test_names_come_apart_into_words() -> None:
    assert words("KickDrum_808-v2") == ["kick", "drum", "808", "v", "2"]
    assert words("SNARE01 (Take 3)") == ["snare", "01", "take", "3"]
    assert words("MFXBass") == ["mfx", "bass"]
    assert words("Küche.東京") == ["küche", "東京"]


@pytest.mark.parametrize(
    ("path", "category"),
    [
        (b"/lib/Kick_01.wav", "drums"),
        (b"/lib/BD_01.wav", "drums"),
        (b"/lib/take BD.wav", None),
        (b"/lib/bd/01.wav", None),
        (b"/lib/Reese C#.wav", "bass"),
        (b"/lib/808.wav", "bass"),
        (b"/lib/808 Snare.wav", "drums"),
        (b"/lib/Drum Bass hard.wav", "drums"),
        (b"/lib/Drum and Bass 174.wav", None),
        (b"/lib/GTR chug.wav", "guitar"),
        (b"/lib/Bass Guitar.wav", "bass"),
        (b"/lib/vox chop.wav", "vocal"),
        (b"/lib/Vox FX.wav", "vocal"),
        (b"/lib/warm pad.wav", "synth"),
        (b"/lib/kick vox.wav", None),
        (b"/lib/Riser 4.wav", "fx"),
        (b"/lib/Snares/01.wav", "drums"),
        (b"/lib/Vocals/dry/01.wav", "vocal"),
        (b"/lib/Vocals/a/b/c/01.wav", None),
        (b"/lib/Drums/guitar.wav", "guitar"),
        (b"/lib/\xff\xfe kick.wav", "drums"),
        (b"kick", "drums"),
        (b"", None),
        (b"/lib/subtle.wav", None),
    ],
)
def test_what_a_name_says(path: bytes, category: str | None) -> None:
    assert hint(path) == category


@pytest.mark.needs(SONIC_PI)
@pytest.mark.needs(HYDROGEN)
def test_names_of_real_samples_are_understood() -> None:
    """The shares stand in docs/classify.md: of names alone, whatever is in the files."""
    found = ((name, next((true for start, true in TRUE_SONIC_PI if re.match(start, name)), None))
             for name in os.listdir(SONIC_PI) if name.endswith(".flac"))  # fmt: skip
    sonic_pi = share([(name, true) for name, true in found if true])
    kits = [path.name for path in Path(HYDROGEN).rglob("*") if path.suffix.lower() in {".wav", ".flac", ".aiff"}]
    hydrogen = share([(name, "drums") for name in kits])
    told = (Path(__file__).parents[2] / "docs" / "classify.md").read_text("utf-8")
    for name, (files, said, right) in {"sonic-pi-samples": sonic_pi, "hydrogen-drumkits": hydrogen}.items():
        assert f"| {name} | {files} | {said} ({said / files:.0%}) | {right} ({right / said:.1%}) |" in told


def share(truth: list[tuple[str, str]]) -> tuple[int, int, int]:
    """Return how many files there are, how many names say something, and how many of those say what is true."""
    said = [(hint(name.encode()), true) for name, true in truth]
    return len(said), sum(one is not None for one, _ in said), sum(one == true for one, true in said)
