"""What a fresh interpreter really loads: the walls of .importlinter, held at run time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DRAWING = {"click", "rich", "textual"}
HEAVY = {"textual", "numpy", "torch", "av", "miniaudio"}

HELP = """
import runpy
sys.argv = ["ctk", "--help"]
try:
    runpy.run_module("ctk_tui", run_name="__main__", alter_sys=True)
except SystemExit as leave:
    assert not leave.code, leave.code
"""


def loaded_by(code: str) -> set[str]:
    """Return the top level names and the names of ctk's modules that `code` leaves in `sys.modules`."""
    tail = "\nsys.stderr.write('LOADED' + json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", "import json, sys\n" + code + tail], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    names = json.loads(run.stderr.partition("LOADED")[2])
    return {name if name.startswith("ctk_tui") else name.partition(".")[0] for name in names}


def modules_below_the_front_ends() -> list[str]:
    paths = (path.relative_to(ROOT).with_suffix("") for path in (ROOT / "ctk_tui").glob("*/*.py"))
    names = (".".join(path.parts) for path in paths if path.parts[1] not in {"cli", "tui"})
    return sorted(name.removesuffix(".__init__") for name in names)


def test_help_loads_nothing_heavy() -> None:
    loaded = loaded_by(HELP)
    assert "ctk_tui.cli" in loaded
    assert loaded & HEAVY == set()


def test_everything_below_the_front_ends_works_without_a_screen() -> None:
    names = modules_below_the_front_ends()
    loaded = loaded_by("import " + ", ".join(names))
    assert set(names) <= loaded
    assert loaded & DRAWING == set()


def test_a_facade_knows_the_toolkit_as_a_type_only() -> None:
    facades = [name for name in modules_below_the_front_ends() if name.startswith("ctk_tui.toolkit.")]
    facades.remove("ctk_tui.toolkit.toolkit")
    assert "ctk_tui.toolkit.toolkit" not in loaded_by("import " + ", ".join(facades))


def test_opening_the_toolkit_loads_nothing_heavy() -> None:
    loaded = loaded_by("import ctk_tui.toolkit.toolkit")
    assert loaded & (HEAVY | DRAWING) == set()


def test_the_model_stands_on_python_alone() -> None:
    names = [name for name in modules_below_the_front_ends() if name.startswith("ctk_tui.model")]
    third_party = loaded_by("import " + ", ".join(names)) - loaded_by("pass") - set(sys.stdlib_module_names)
    assert {name for name in third_party if not name.startswith(("ctk_tui", "__"))} == set()


@pytest.mark.parametrize("name", ["click", "sqlite3"])
def test_the_measure_sees_what_is_loaded(name: str) -> None:
    assert name in loaded_by(f"import {name}")
