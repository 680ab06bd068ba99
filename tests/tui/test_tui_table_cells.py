"""Text in cells: always as wide as asked, whatever a name holds, and nothing in it that a terminal would obey."""

from __future__ import annotations

import unicodedata
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ctk_tui.tui.present.cells import LEFT_TO_RIGHT, clean, fit, is_sure
from ctk_tui.tui.present.column import Cut

TEXTS = st.text(st.characters(codec=None), max_size=40)
NAMES = TEXTS | st.text(
    st.sampled_from(
        "ab. _\n\x1b\u202e\u200b\u200d\u00ad\ufe0f\u0301\u05d0\u0627漢한👍🏽👩🇩🇪é\udc80\u0915\u093f\u0e33\U000e0067"
    ),
    max_size=20,
)
CUTS = st.sampled_from(get_args(Cut))


@given(NAMES, st.integers(0, 60), st.booleans(), CUTS)
def test_text_is_exactly_as_wide_as_asked(text: str, cells: int, right: bool, cut: Cut) -> None:
    shown = fit(text, cells, right=right, cut=cut)
    assert cell_len(shown) == cells
    assert sum(cell_len(character) for character in shown) == cells, "no two of its characters are drawn as one"


@given(NAMES)
def test_nothing_is_left_that_a_terminal_obeys_or_disagrees_on(text: str) -> None:
    shown = clean(text)
    assert {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"} == set()
    assert not any("\ufe00" <= character <= "\ufe0f" for character in shown)
    assert not shown or cell_len(shown[0]) > 0, "a mark would sit on the column before"


@given(NAMES, st.integers(1, 30), CUTS)
def test_what_is_too_long_says_so_and_the_rest_stays_whole(text: str, cells: int, cut: Cut) -> None:
    shown = fit(text, cells, cut=cut).replace(LEFT_TO_RIGHT, "")
    whole = clean(text)
    if cell_len(whole) <= cells:
        assert shown.rstrip() == whole.rstrip()
    else:
        assert "…" in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("kick.wav", "kick.wav"),
        ("a\nb\x1b[2J.wav", r"a\nb\x1b[2J.wav"),
        ("evil\u202egpj.wav", r"evil\u202egpj.wav"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("soft\u00adhyphen", r"soft\u00adhyphen"),
        ("cafe\u0301.wav", "caf\u00e9.wav"),
        ("\u0301x", "\u25cc\u0301x"),
        ("z\u0300\u0301\u0302\u0303\u0304", "z\u0300\u0301\u0302"),
        ("👩\u200d👩\u200d👧 👍🏽 ❤\ufe0f", "👩👩👧 👍 ❤"),
        ("🇩🇪 loop", "DE loop"),
        ("\U000e0fff", "\ufffd"),
        ("bad\ufffdbyte", "bad\ufffdbyte"),
        ("[bold]k[/bold]", "[bold]k[/bold]"),
        ("漢字.wav", "漢字.wav"),
    ],
)
def test_names_are_shown_in_signs_of_agreed_width(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("cut", "shown"), [("end", "a_long_sam…"), ("middle", "a_long_…wav"), ("start", "…ple_01.wav")]
)
def test_where_text_is_cut(cut: Cut, shown: str) -> None:
    assert fit("a_long_sample_01.wav", 11, cut=cut) == shown


def test_right_to_left_text_does_not_take_its_neighbours_along() -> None:
    assert fit("שלום.wav", 10) == f"{LEFT_TO_RIGHT}שלום.wav{LEFT_TO_RIGHT}  "
    assert fit("שלום", 6, right=True) == f"  {LEFT_TO_RIGHT}שלום{LEFT_TO_RIGHT}"
    assert LEFT_TO_RIGHT not in fit("kick", 10) + fit("漢字", 10)
    assert clean(f"a{LEFT_TO_RIGHT}b") == r"a\u200eb", "one that is in the name itself is seen"


@pytest.mark.parametrize("text", ["kick", "é ñ ß", "漢字 かな", "한글", "…▸●"])
def test_widths_that_are_beyond_doubt(text: str) -> None:
    assert is_sure(text)


@pytest.mark.parametrize("text", ["👍", "שלום", "हिन्दी", "e\u0301", "\ufffd"])
def test_widths_that_some_terminal_may_see_otherwise(text: str) -> None:
    assert not is_sure(text)
