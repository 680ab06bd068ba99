"""What is wrong with a query is told with its exact place and with what is nearest."""

from __future__ import annotations

import pytest

from ctk_tui.model.errors import QueryError
from ctk_tui.model.query.parse import DEEPEST, MOST_TERMS, parse
from ctk_tui.model.query.problems import LONGEST
from ctk_tui.model.query.unparse import unparse
from ctk_tui.model.query.vocabulary import Vocabulary

KNOWN = Vocabulary(
    saved={"chops": "vox", "a": "x @b", "b": "@a", "bad": "kick lenth:3", "deeper": "@bad", "dash": "-x"},
    sources=["samples", "Nas"],
    labels=["Speech", "Bass drum"],
    formats=[".AMR"],
)

# The wrong part of each query stands between « and »; then what the message and the hint must hold.
WRONG: list[tuple[str, str, str]] = [
    ("kick «lenth:»3", '"lenth:"', "nearest is duration:"),
    ("^«fromat:»wav", '"fromat:"', "nearest is format:"),
    ("«zzz:»1", '"zzz:"', "duration:"),
    ("«größe:»1", '"größe:"', "stands in quotes"),
    ("«C:»\\x", '"C:"', "stands in quotes"),
    ("is:«dupe»", '"dupe" is no value of is:', "nearest is is:dup"),
    ("is:dup,«brokn» x", '"brokn"', "is:broken"),
    ("category:«drum»", '"drum"', "category:drums"),
    ("format:wav,«wva»", '"wva"', "format:wav"),
    ('format:«"wva"»', '"wva"', "format:wav"),
    ("source:«sample»", '"sample"', "source:samples"),
    ("source:«nas»", '"nas"', "source:Nas"),
    ("label:«spech»", '"spech"', 'label:"Speech"'),
    ("label:Speech:«2..»", '"2.."', "0 to 1"),
    ("label:Speech:«0.5»", "single probability", "0.5.."),
    ("label:«Speech:»", '"Speech:"', "label:Speech:0.5.."),
    ('label:"Bass drum"«x»', '"x"', "Bass drum"),
    ('name:"a"«b»', '"b"', "quote"),
    ("format«:»", "value is missing", "colon"),
    ("name:a«,» b", "value is missing", "comma"),
    ('name:«""»', "nothing between the quotes", "colon"),
    ("duration:«..»", '".."', "seconds"),
    ("duration:«x»", '"x"', "1:30"),
    ("duration:«1:90»", '"1:90"', "1:30"),
    ("duration«>»", '">"', "1:30"),
    ("duration:1..2,«3..1»", '"3..1"', "write 1..3"),
    ("confidence:«80..»", '"80.."', "0 to 1"),
    ("channels:«1.5»", '"1.5"', "whole"),
    ("id:«99999999999999999999»", "99999999999999999999", "too large"),
    (f"id:«{'9' * 5000}»", "999…", "too large"),
    ("size:«9999999T»", "9999999T", "too large"),
    ("size:«10X»", '"10X"', "10M"),
    ("rate:«44M»", '"44M"', "44.1k"),
    ("modified:«-2w»", '"-2w"', "write -2w.."),
    ("modified:«-2x..»", '"-2x.."', "weeks"),
    ("modified:«-1w..-2w»", "-1w..-2w", "write -2w..-1w"),
    ("added:«2019-13»", '"2019-13"', "month"),
    ("added:«2019-02-29»", '"2019-02-29"', "no such day"),
    ("added:«1066»", '"1066"', "1900"),
    ("added:«2020..2019-12»", "2020..2019-12", "write 2019-12..2020"),
    ("added:«yesterday»", '"yesterday"', "2019"),
    ("kick «-snare»", '"-snare"', "^snare"),
    ("kick «^» snare", "nothing follows", "^word"),
    ("kick «!»", "nothing follows", "!word"),
    ("kick «,»", "one side of the comma", '","'),
    ("«,» kick", "one side of the comma", '","'),
    ("a , name+ «,» b", "one side of the comma", '","'),
    ('kick «"two words»', "not closed", '"'),
    ('kick «""»', "nothing between", "leave"),
    ('"a"«b» c', '"b"', "space"),
    ("x «@chop»", '"@chop"', "nearest is @chops"),
    ("«@»", "name of a saved query", "@name"),
    ("kick «@a»", "in @a: in @b:", "@a > @b > @a"),
    ("kick «@bad» x", 'in @bad: there is no field "lenth:"', "duration:"),
    ("kick «^@deeper»", 'in @deeper: in @bad: there is no field "lenth:"', "duration:"),
]


@pytest.mark.parametrize(("marked", "message", "hint"), WRONG, ids=[marked[:40] for marked, _, _ in WRONG])
def test_the_place_and_the_words(marked: str, message: str, hint: str) -> None:
    start, end = marked.index("«"), marked.index("»") - 1
    with pytest.raises(QueryError) as caught:
        parse(marked.replace("«", "").replace("»", ""), KNOWN)
    error = caught.value
    assert (error.start, error.end) == (start, end)
    assert message in error.message
    assert hint in error.hint


def test_names_are_checked_only_where_they_are_known() -> None:
    assert unparse(parse("source:anything label:anything")) == "source:anything label:anything"
    for text in ("format:amr", "source:Nas label:SPEECH", "@dash"):
        assert unparse(parse(text, KNOWN)) == text


def test_a_long_or_hostile_token_is_cut_and_escaped() -> None:
    with pytest.raises(QueryError) as caught:
        parse("is:\x1b[31m" + "x" * 1000)
    assert "\\x1b[31m" in caught.value.message
    assert "\x1b" not in caught.value.message + caught.value.hint
    assert len(caught.value.message) < 2 * LONGEST


def test_too_many_terms() -> None:
    with pytest.raises(QueryError, match=f"at most {MOST_TERMS}") as caught:
        parse("a " * MOST_TERMS + "last")
    assert (caught.value.start, caught.value.end) == (2 * MOST_TERMS, 2 * MOST_TERMS + 4)
    with pytest.raises(QueryError, match=f"at most {MOST_TERMS}"):
        parse("id:" + ",".join(["1"] * (MOST_TERMS + 1)))


def test_saved_queries_that_unfold_without_end() -> None:
    doubling = Vocabulary(saved={"q0": "x"} | {f"q{n}": f"@q{n - 1} @q{n - 1}" for n in range(1, DEEPEST)})
    with pytest.raises(QueryError, match=f"at most {MOST_TERMS}"):
        parse(f"@q{DEEPEST - 1}", doubling)
    chain = Vocabulary(saved={"q0": "x"} | {f"q{n}": f"@q{n - 1}" for n in range(1, 2000)})
    assert unparse(parse(f"@q{DEEPEST - 1}", chain)) == f"@q{DEEPEST - 1}"
    with pytest.raises(QueryError, match=f"more than {DEEPEST} deep") as caught:
        parse("@q1999", chain)
    assert (caught.value.start, caught.value.end) == (0, 6)


def test_nothing_is_known() -> None:
    with pytest.raises(QueryError) as caught:
        parse("@x")
    assert "there are none yet" in caught.value.hint
