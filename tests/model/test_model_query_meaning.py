"""What queries find: words, fields, flags, paths and what is hidden."""

from __future__ import annotations

import dataclasses
import time

import pytest

from ctk_tui.model.query.meaning import hidden, matches, selects
from ctk_tui.model.query.parse import parse
from ctk_tui.model.query.subject import QuerySubject, SubjectPath
from ctk_tui.model.query.vocabulary import Vocabulary
from ctk_tui.model.query.words import in_name, words_of
from ctk_tui.model.text import folded

NOW = 1_700_000_000.0
DAY = 86400.0


def local(year: int, month: int, day: int) -> float:
    return time.mktime((year, month, day, 12, 0, 0, 0, 0, -1))


SUBJECT = QuerySubject(
    id=7,
    paths=(
        SubjectPath("samples", "Drums/Big_Kick-01.WAV", "/data/Sounds/Drums/Big_Kick-01.WAV", local(2019, 5, 17)),
        SubjectPath("nas", "old/Dark (7).wav", "/mnt/nas/old/Dark (7).wav", NOW - DAY, protected=True),
    ),
    size=10_400_000,
    added_at=NOW - 10 * DAY,
    copies=2,
    tags="Été R&B\nrecorded at Zürich",
    labels={"Bass drum": 0.81, "Speech": 0.1},
    category="drums",
    confidence=0.9,
    format="wav",
    duration=1.98,
    rate=44_100,
    channels=2,
    bits=24,
    flags=frozenset({"dup", "marked"}),
)

FOUND = """
*
kick
KICK drums
"big_kick-01"
"k-01.wav"
ki
01
b d
é
zü
&
(7
_k
r&
recorded
"r&b\trecorded" , kick
bass
"bass drum"
kick bass
old speech dark
^snare
^"kick big"
!snare kick
snare , kick
kick , snare
^^x
format:wav
format:.WAV,mp3
format:mp3,wav
category:drums,fx
confidence:0.9
confidence:0.85..
confidence>0.89
source:nas
source:x,samples
label:speech
label:"BASS DRUM":0.8..
label:Speech:>0.5,"bass drum":>0.5
path:/data/sounds/dr
path:DRUMS/BIG
path:old
name:kick-
name:".wav"
dir:rum
dir:/drums/
dir:drums/
duration:2
duration:1.98
duration:..2
duration:0:01..1:30
duration:..1,1.5..
rate:44.1k
rate:44100,48000
channels:2
bits:24..
size:10M
size:10.4M..
size:<=10400000
modified:2019
modified:2019-05-17
modified:-2d..
modified:<2019-06
added:-2w..
added:-11d..-9d
copies:2..
id:7
id:1,7
is:dup
is:offline,dup
is:protected
^is:offline
is:marked kick
source:nas dark
source:samples modified:2019 kick
path:old is:protected name:dark
"""

NOT_FOUND = """
snare
ick_
"kick drums"
ic
1.
ck
us
rum_
"bass  drum"
"drum speech"
kick dark
old kick
^kick
^bass
^é
kick ^drum
snare , ^kick
format:flac
format:wv
category:fx
confidence:0.8
confidence:<0.9
source:NAS
source:sam
label:bass
label:Speech:0.5..
path:rums
path:/data/sounds/kick
path:/Drums
name:drums
name:/
dir:kick
dir:/drum/
duration:2.00
duration:<1.98
rate:48k
channels:1
bits:16
size:11M
size:10.5M..
modified:2020
modified:..2018
added:-1w..
copies:3..
id:70
is:offline
is:cloud
is:unclassified
^is:dup
^is:protected
source:nas kick
source:samples is:protected
source:samples modified:-2d..
name:dark dir:drums
"""


@pytest.mark.parametrize("text", FOUND.strip().split("\n"))
def test_found(text: str) -> None:
    assert matches(parse(text), SUBJECT, NOW)


@pytest.mark.parametrize("text", NOT_FOUND.strip().split("\n"))
def test_not_found(text: str) -> None:
    assert not matches(parse(text), SUBJECT, NOW)


@pytest.mark.parametrize("field", ["confidence", "duration", "rate", "channels", "bits"])
def test_what_is_not_known_lies_in_no_range(field: str) -> None:
    unknown = QuerySubject(1, SUBJECT.paths, 0, 0.0)
    assert not matches(parse(f"{field}:0.."), unknown, NOW)
    assert matches(parse(f"^{field}:0.."), unknown, NOW)
    assert not matches(parse("format:flac , category:fx , label:Speech"), unknown, NOW)


def test_short_words_begin_words_of_any_script() -> None:
    def found(text: str, name: str) -> bool:
        paths = (SubjectPath("s", name, f"/{name}", 0.0),)
        return matches(parse(text), QuerySubject(1, paths, 0, 0.0), NOW)

    assert found("жи", "дождь_жил.wav")
    assert not found("жд", "дождь.wav")
    assert not found("鼓", "a鼓.wav")
    assert found('"鼓"', "a鼓.wav")
    assert found("ß", "a SSW.wav")
    assert not found("ß", "dasselbe.wav")
    assert found("é", "e\u0301tude.wav")
    assert found("e\u0301tude", "\u00c9TUDE.wav")
    assert found("\udcff", "a\ufffd.wav")


def test_missing_and_quarantined_ones_are_hidden_unless_asked_for() -> None:
    missing = dataclasses.replace(SUBJECT, flags=frozenset({"missing"}))
    quarantined = dataclasses.replace(SUBJECT, flags=frozenset({"quarantined"}))
    shown = {
        text: (matches(parse(text), missing, NOW), matches(parse(text), quarantined, NOW))
        for text in ("", "*", "kick", "is:missing", "is:quarantined", "is:missing,quarantined", "kick , is:missing x")
    }
    assert shown == {
        "": (False, False),
        "*": (False, False),
        "kick": (False, False),
        "is:missing": (True, False),
        "is:quarantined": (False, True),
        "is:missing,quarantined": (True, True),
        "kick , is:missing x": (True, False),
    }
    assert hidden(parse("^is:missing")) == {"quarantined"}
    assert hidden(parse("@gone", Vocabulary(saved={"gone": "is:missing"}))) == {"quarantined"}
    assert selects(parse("kick").expr, missing, NOW)


def test_a_saved_query_is_in_brackets() -> None:
    known = Vocabulary(saved={"either": "snare , kick", "both": "big kick"})
    assert matches(parse("@either dark , @either big", known), SUBJECT, NOW)
    assert not matches(parse("@either dark", known), SUBJECT, NOW)
    assert not matches(parse("^@either", known), SUBJECT, NOW)
    assert matches(parse("@both drums ^@x", Vocabulary(saved={"both": "big kick", "x": "snare"})), SUBJECT, NOW)
    assert not matches(parse("@both dark", known), SUBJECT, NOW)


def test_what_has_no_path_is_never_found() -> None:
    nowhere = dataclasses.replace(SUBJECT, paths=())
    assert not any(matches(parse(text), nowhere, NOW) for text in ("", "*", "id:7", "^kick", "bass"))


def test_a_file_in_the_root_of_its_source() -> None:
    subject = QuerySubject(1, (SubjectPath("s", "kick.wav", "/s/kick.wav", 0.0, cloud=True),), 0, 0.0)
    assert matches(parse("name:kick dir:/ is:cloud"), subject, NOW)
    assert not matches(parse("dir:s"), subject, NOW)


def test_hits_in_the_name() -> None:
    name = folded(SUBJECT.paths[0].filename)
    assert in_name(parse("kick big").expr, name)
    assert in_name(parse("ki format:wav ^drums is:dup").expr, name)
    assert in_name(parse("drums , @x", Vocabulary(saved={"x": "kick"})).expr, name)
    assert not in_name(parse("kick drums").expr, name)
    assert not in_name(parse("drums").expr, name)


def test_words_to_highlight() -> None:
    known = Vocabulary(saved={"x": "vox ^loop"})
    words = words_of(parse('a ^b "c d" , @x is:dup name:e', known).expr)
    assert [each.text for each in words] == ["a", "c d", "vox"]
