"""What lies in the demo library: every original sound, where it lies and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from ctk_tui.demo import drums, loops, spaces, tones
from ctk_tui.demo.waves import Rng, Signal

Make = Callable[[int, Rng], Signal]


@dataclass(frozen=True, slots=True)
class Original:
    """One file that is written once and copied from."""

    path: str
    """Below the demo library's folder, with slashes."""
    make: Make
    """Renders the sound at a rate."""
    format: str
    """A format of ctk_tui/audio/encode.py."""
    rate: int = 44100
    """Hertz."""
    bit_depth: int | None = None
    """Bits a sample, None for the format's own."""
    channels: int = 0
    """1 to mix it down, 0 for what it is."""
    tags: dict[str, str] = field(default_factory=dict)
    sound: str = ""
    """Originals of one sound share its random numbers; "" for a sound of its own."""


def _numbered(folder: str, name: str, end: str, makes: list[tuple[str, Make]], **how: object) -> Iterator[Original]:
    for number, (word, make) in enumerate(makes, 1):
        yield Original(f"{folder}/{name} {number:02d} {word}.{end}", make, **how)  # type: ignore[arg-type]


def _drums() -> Iterator[Original]:
    pack = "studio/packs/Warehouse Drums"
    kicks = [("Deep", 46, 0.7, 0.2), ("Tight", 54, 0.35, 0.4), ("Long", 43, 1.1, 0.2), ("Knock", 60, 0.4, 0.8)]
    kicks += [("Soft", 50, 0.5, 0.05), ("Dirty", 48, 0.6, 0.5), ("Dull", 40, 0.5, 0.1), ("Click", 57, 0.3, 1.0)]
    made: list[tuple[str, Make]] = [
        (word, partial(drums.kick, pitch=pitch, length=length, click=click)) for word, pitch, length, click in kicks
    ]
    yield from _numbered(f"{pack}/Kicks", "Kick", "wav", made, format="wav", bit_depth=24)
    snares = [("Crisp", 185, 0.09, 1.0), ("Fat", 150, 0.13, 0.8), ("Short", 210, 0.04, 1.2), ("Loose", 170, 0.17, 1.0)]
    snares += [("Piccolo", 260, 0.07, 1.0), ("Brush", 160, 0.11, 2.5)]
    made = [(word, partial(drums.snare, pitch=pitch, tail=tail, snap=snap)) for word, pitch, tail, snap in snares]
    yield from _numbered(f"{pack}/Snares", "Snare", "wav", made, format="wav", bit_depth=24)
    rings = [("Closed", 0.018), ("Closed Tight", 0.01), ("Closed Soft", 0.024), ("Pedal", 0.035), ("Half Open", 0.07)]
    rings += [("Open", 0.12), ("Open Long", 0.16)]
    made = [(word, partial(drums.hat, ring=ring, pitch=500 + 900 * ring)) for word, ring in rings]
    yield from _numbered(f"{pack}/Hats", "Hat", "wav", made, format="wav", bit_depth=16)
    made = [(word, partial(drums.clap, tail=tail)) for word, tail in (("Room", 0.07), ("Dry", 0.03), ("Big", 0.12))]
    yield from _numbered(f"{pack}/Claps", "Clap", "wav", made, format="wav", bit_depth=24)
    toms = (("Floor", 78.0), ("Low", 98.0), ("Mid", 130.0), ("High", 172.0))
    made = [(word, partial(drums.tom, pitch=pitch)) for word, pitch in toms]
    yield from _numbered(f"{pack}/Toms", "Tom", "aif", made, format="aiff", bit_depth=24)
    made = [("Rim", drums.rim), ("Rim Low", partial(drums.rim, pitch=1200.0)), ("Shaker", drums.shaker)]
    made += [("Shaker Long", partial(drums.shaker, length=0.24)), ("Crash", drums.crash), ("Crash Dark", drums.crash)]
    yield from _numbered(f"{pack}/Percussion", "Perc", "wav", made, format="wav", bit_depth=8, channels=1)


def _notes() -> Iterator[Original]:
    low = "studio/packs/Low End"
    for note in ("C1", "E1", "G1", "A1"):
        yield Original(f"{low}/Sub {note}.wav", partial(tones.sub, note=note), "wav", 48000, 16)
        yield Original(f"{low}/808 {note}.wav", partial(tones.bass_808, note=note), "wav", 44100, 32)
        yield Original(f"{low}/Reese {note}.flac", partial(tones.reese, note=note), "flac", 48000, 24)
        yield Original(f"{low}/Acid {note}.wav", partial(tones.acid, note=note), "wav", 22050, 16)
    keys = "studio/packs/Night Keys"
    for name, chord in (
        ("Am9", ("A2", "E3", "B3", "C4")),
        ("Fmaj7", ("F2", "C3", "A3", "E4")),
        ("Dm7", ("D2", "A2", "F3", "C4")),
    ):
        yield Original(f"{keys}/Pads/Pad {name}.flac", partial(tones.pad, notes=chord), "flac", 48000, 24)
        yield Original(f"{keys}/Stabs/Stab {name}.wav", partial(tones.stab, notes=chord), "wav", 44100, 24)
    for note in ("A3", "C4", "D4", "E4", "G4"):
        yield Original(f"{keys}/Plucks/Pluck {note}.wav", partial(tones.pluck, note=note), "wav", 44100, 24)
        yield Original(f"{keys}/Leads/Lead {note}.wav", partial(tones.lead, note=note), "wav", 44100, 24)
        yield Original(f"{keys}/Bells/Bell {note}.m4a", partial(tones.bell, note=note), "alac", 44100, 16)
    six = "studio/packs/Six Strings"
    for note in ("E2", "A2", "D3", "G3", "B3", "E4"):
        yield Original(f"{six}/Open/Guitar {note}.wav", partial(tones.string, note=note), "wav", 96000, 24)
    for note in ("E2", "A2", "D3"):
        muted = partial(tones.string, note=note, length=0.5, bright=0.3, hold=0.94)
        yield Original(f"{six}/Muted/Guitar muted {note}.wav", muted, "wav", 96000, 24)
    strums: dict[str, tuple[str, ...]] = {
        "Em": ("E2", "B2", "E3", "G3", "B3", "E4"),
        "G": ("G2", "B2", "D3", "G3", "B3", "G4"),
        "C": ("C3", "E3", "G3", "C4", "E4"),
        "D": ("D3", "A3", "D4", "F#4"),
    }
    for name, notes in strums.items():
        yield Original(f"{six}/Strums/Guitar {name}.wav", partial(tones.strum, notes=notes), "wav", 44100, 16)


def _voices_and_effects() -> Iterator[Original]:
    choir = "studio/packs/Small Choir"
    for vowel in spaces.VOWELS:
        for note in ("A3", "E4"):
            sung, cut = partial(spaces.vowel, sound=vowel, note=note), partial(spaces.chop, sound=vowel, note=note)
            yield Original(f"{choir}/Vowels/Vox {vowel} {note}.aiff", sung, "aiff", 48000, 24)
            yield Original(f"{choir}/Chops/Vox chop {vowel} {note}.wav", cut, "wav", 44100, 16, 1)
    fx = "studio/packs/Transitions"
    for seconds in (2.0, 4.0, 8.0):
        yield Original(f"{fx}/Riser {seconds:.0f}s.ogg", partial(spaces.riser, length=seconds), "vorbis", 44100)
    yield Original(f"{fx}/Downlifter 3s.ogg", spaces.fall_away, "opus", 48000)
    for name, pitch in (("Door", 42.0), ("Giant", 33.0), ("Metal", 58.0)):
        yield Original(f"{fx}/Impact {name}.mp3", partial(spaces.impact, pitch=pitch), "mp3", 44100)
    yield Original(f"{fx}/Laser down.wav", spaces.sweep, "wav", 44100, 16)
    yield Original(f"{fx}/Laser up.wav", partial(spaces.sweep, start=90.0, end=5000.0), "wav", 44100, 16)
    yield from _numbered(fx, "Glitch", "caf", [("a", spaces.glitch), ("b", spaces.glitch)], format="caf")


def _loops_and_places() -> Iterator[Original]:
    for style, tempo in (("house", 124), ("techno", 132), ("hip hop", 88), ("breaks", 140), ("trap", 146)):
        made = partial(loops.beat, style=style, tempo=float(tempo))
        yield Original(f"studio/loops/Drums/{style.title()} Beat {tempo}bpm.wav", made, "wav", 44100, 16)
    for name, make, notes, tempo in (
        ("Bass Loop Acid Am", tones.acid, "A1 A1 . C2 A1 . G1 A1", 132),
        ("Bass Loop Sub Em", tones.bass_808, "E1 . . E1 . . G1 .", 88),
        ("Pluck Loop Dm", tones.pluck, "D4 F4 A4 F4 C4 F4 A4 C5", 124),
        ("Guitar Loop G", tones.string, "G2 . B2 D3 . G3 D3 B2", 96),
    ):
        played = partial(loops.line, make=make, notes=notes, tempo=float(tempo))
        yield Original(f"studio/loops/Tones/{name} {tempo}bpm.wav", played, "wav", 44100, 16)
    told = {"title": "Rain on a tin roof", "artist": "ctk", "comment": "generated, no rain fell"}
    yield Original("archive/field/2021-05-14 Rain on a tin roof.flac", spaces.rain, "flac", 44100, 16, tags=told)
    told = {"description": "Wind in pines, evening, two microphones"}
    yield Original("archive/field/2021-06-02 Wind in the pines.wav", spaces.wind, "wav", 48000, 24, tags=told)
    yield Original("archive/field/2022-08-20 Surf at low tide.m4a", spaces.surf, "aac", 48000)
    yield Original("archive/field/2022-08-21 Crickets.opus", spaces.crickets, "opus", 48000)
    for number in (1, 2, 3):
        yield Original(f"archive/voice memos/Memo {number:03d}.wma", loops.memo, "wma", 44100)


def _project() -> Iterator[Original]:
    project = "studio/projects/Night Drive"
    for part in loops.PARTS:
        made = partial(loops.stem, part=part)
        yield Original(f"{project}/Stems/Night Drive - {part}.wav", made, "wav", 44100, 16)
    told = {"title": "Night Drive", "artist": "ctk"}
    for path, name in (
        (f"{project}/Bounces/Night Drive.wav", "wav"),
        (f"{project}/Bounces/Night Drive.mp3", "mp3"),
        (f"{project}/Bounces/Night Drive.flac", "flac"),
        ("archive/mixes/Night Drive.m4a", "aac"),
        ("archive/mixes/Night Drive.wv", "wavpack"),
    ):
        yield Original(path, loops.song, name, 44100, tags=told, sound="Night Drive")


def originals() -> list[Original]:
    """Return every original of the library, the near duplicates of some of them in other formats included."""
    found = [*_drums(), *_notes(), *_voices_and_effects(), *_loops_and_places(), *_project()]
    for one in found[:8] + [one for one in found if "/Leads/" in one.path]:
        stem = one.path.rpartition("/")[2].rpartition(".")[0]
        found.append(Original(f"archive/old mp3/{stem}.mp3", one.make, "mp3", 44100, sound=one.sound or one.path))
    return found
