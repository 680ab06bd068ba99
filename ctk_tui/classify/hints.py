"""What a file's name says of its sound: a second witness, for producers name their samples with care.

The file's own name is asked first, then its folder, then the folder around that. The first that says one thing decides;
a name that says two things says nothing, but `fx` and the numbers of drum machines give way to what is played.
"""

from __future__ import annotations

import os
import re

from ctk_tui.model.text import display, folded

FOLDERS = 3
"""Folders above the file that are asked."""

WORDS = {
    "drums": "kick kicks kik kickdrum bassdrum snare snares snr rim rims rimshot sidestick hat hats hihat hihats hh ohh"
    " chh clap claps tom toms cymbal cymbals cym crash crashes ride rides splash china perc percs percussion conga"
    " congas bongo bongos shaker shakers tambourine tamb cowbell woodblock clave claves guiro cabasa maraca maracas"
    " djembe tabla timbale timbales agogo triangle drum drums drumkit drumkits drumloop drumloops break breaks"
    " breakbeat beat beats fill fills cajon timpani taiko gong snap snaps stick sticks flam",
    "bass": "bass basses sub subs subbass reese bassline basslines",
    "guitar": "guitar guitars gtr gtrs guit strum strums banjo ukulele uke mandolin sitar",
    "vocal": "vocal vocals vox voc vocs voice voices choir choirs singing singer acapella acappella rap rapper adlib"
    " adlibs speech spoken shout shouts chant chants whisper whispers",
    "synth": "synth synths syn pad pads lead leads arp arps arpeggio pluck plucks chord chords stab stabs keys piano"
    " pianos pno rhodes wurlitzer organ organs epiano clavinet supersaw saw drone drones",
    "fx": "fx sfx effect effects riser risers uplifter downlifter impact impacts sweep sweeps whoosh swoosh woosh swish"
    " noise noises foley ambience ambiences atmos atmosphere atmospheres texture textures glitch glitches transition"
    " transitions rain wind thunder vinyl hiss crackle static scratch explosion laser zap alarm siren door footstep"
    " footsteps",
}
"""Category to the words that speak for it, in files and folders."""
DRUM_MACHINE = {"808": "bass", "808s": "bass", "909": "drums", "909s": "drums"}
"""Numbers of drum machines; the first has become the name of a bass, unless another word says what of it is meant."""
CODES = {"drums": "bd sd sn oh ch cb cy rd rs cp", "guitar": "eg ag", "vocal": "vx"}
"""Short ones that mean something in the names of files alone, and only as their first word."""
PHRASES = {
    "bass drum": "drums", "drum bass": "drums", "drum pad": "drums", "hi hat": "drums", "wood block": "drums",
    "sub kick": "drums", "bass guitar": "bass", "bass gtr": "bass", "guitar bass": "bass", "synth bass": "bass",
    "bass synth": "bass", "lead vocal": "vocal", "lead vocals": "vocal", "lead vox": "vocal", "lead guitar": "guitar",
    "lead gtr": "guitar", "guitar chord": "guitar", "guitar chords": "guitar",
}  # fmt: skip
"""Two words in a row that together mean something else than each alone."""
GENRES = ("drum and bass", "drum n bass", "drum & bass")
"""A style of music is no instrument."""

_BY_WORD = {word: category for category, words in WORDS.items() for word in words.split()}
_BY_CODE = {word: category for category, words in CODES.items() for word in words.split()}
_SPLIT = re.compile(r"[^\W\d_]+|\d+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def hint(path: bytes) -> str | None:
    """Return the category that a path tells, None where it tells none.

    Args:
        path: of the file; only its last parts are looked at.
    """
    *folders, name = path.replace(os.fsencode(os.sep), b"/").split(b"/")
    found = _said(words(display(name.rpartition(b".")[0] or name)), codes=True)
    for folder in reversed(folders[-FOLDERS:]):
        if found:
            return found
        found = _said(words(display(folder)), codes=False)
    return found


def words(text: str) -> list[str]:
    """Return the words of a name: "KickDrum_808-v2" is kick, drum, 808, v, 2."""
    lowered = folded(_HUMP.sub(" ", text))
    for genre in GENRES:
        lowered = lowered.replace(genre, " ")
    return _SPLIT.findall(lowered)


def _said(found: list[str], *, codes: bool) -> str | None:
    """Return the one category that words speak for, None where there is none or more than one."""
    votes: set[str] = set()
    weak = {DRUM_MACHINE[word] for word in found if word in DRUM_MACHINE}
    at = 0
    while at < len(found):
        phrase = PHRASES.get(" ".join(found[at : at + 2]))
        code = _BY_CODE.get(found[at]) if codes and at == 0 else None
        votes.add(phrase or code or _BY_WORD.get(found[at], ""))
        at += 2 if phrase else 1
    votes.discard("")
    weak |= votes & {"fx"}
    votes = votes - {"fx"} or weak
    return votes.pop() if len(votes) == 1 else None
