"""The tests' own ground: a missing tool is told, never silent, and no test sees the user's home."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

CONFTEST = Path(__file__).parent.parent / "conftest.py"
SUITE = """
    import pytest

    @pytest.mark.needs("no-such-tool")
    def test_with_tool() -> None: ...

    @pytest.mark.soak
    def test_long() -> None: ...

    @pytest.mark.realtime
    def test_in_real_time() -> None: ...

    def test_plain() -> None: ...
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\nmarkers =\n    needs(tool): needs\n    soak: long\n    realtime: alone\n")
    pytester.makepyfile(test_suite=SUITE)
    shutil.copy(CONFTEST, pytester.path)
    return pytester


@pytest.mark.parametrize("arguments", [(), ("-p", "xdist", "-n", "1")], ids=["alone", "xdist"])
def test_a_missing_tool_is_listed(suite: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    result = suite.runpytest_subprocess(*arguments)
    result.stdout.fnmatch_lines(["not run: needs no-such-tool: test_suite.py::test_with_tool"])
    assert result.parseoutcomes()["passed"] == 1
    assert result.ret == 0


def test_a_missing_tool_fails_in_ci(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    result = suite.runpytest_subprocess()
    result.assert_outcomes(passed=1, errors=1, deselected=2)
    result.stdout.fnmatch_lines(["*needs no-such-tool, which CI has to install*"])


def test_soak_runs_the_long_form(suite: pytest.Pytester) -> None:
    suite.runpytest_subprocess("--soak").assert_outcomes(passed=3, deselected=1)


def test_what_is_in_real_time_has_a_run_of_its_own(suite: pytest.Pytester) -> None:
    suite.runpytest_subprocess("--realtime").assert_outcomes(passed=1, deselected=3)


def test_home_is_an_empty_folder_of_this_test(home: Path) -> None:
    assert Path.home() == home
    assert list(home.iterdir()) == []
    assert not [name for name in os.environ if name.startswith("CTK_")]


@given(st.integers())
def test_home_goes_with_hypothesis(number: int) -> None:
    assert os.environ["XDG_CONFIG_HOME"].startswith(os.environ["HOME"])
    assert number == int(str(number))
