"""Nothing of torch and panns_inference is loaded but in the process that works, and there their import does no harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ctk_tui.classify import extra
from ctk_tui.model.errors import CtkError

ROOT = Path(__file__).parent.parent.parent

WATCHED = """
import json, os, sys
home = os.environ["HOME"]
seen = []
def hook(event, args):
    if event in ("subprocess.Popen", "os.posix_spawn") and args[0] == "/sbin/ldconfig":
        return  # where the libraries lie: what torch asks where it is made for a GPU
    if event.startswith(("socket.connect", "socket.getaddrinfo", "os.system", "subprocess", "os.posix_spawn", "os.exec",
                         "os.fork", "urllib", "http.client")):
        seen.append([event, repr(args)[:200]])
    if event == "os.mkdir" or (event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)):
        if str(args[0]).startswith(home):
            seen.append([event, repr(args)[:200]])
sys.addaudithook(hook)
"""
"""Notes what a process does to the network, to others, and to the home folder; C code that writes by itself is seen by
looking into the folder afterwards."""

IMPORTS = """
import torch
from ctk_tui.classify import reference, engine, network, weights
import soxr
with reference.stood_in():
    import panns_inference
    from panns_inference.models import Cnn14
    assert len(panns_inference.labels) == 527 and panns_inference.labels[0] == "Speech"
assert not {"librosa", "matplotlib", "numba"} & set(sys.modules), "stand-ins stay, or the real ones came"
sys.stderr.write("SEEN" + json.dumps(seen))
"""


def test_the_imports_reach_no_network_no_shell_no_stdout_and_not_the_home_folder(home: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", WATCHED + IMPORTS], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == ""
    assert json.loads(run.stderr.partition("SEEN")[2]) == []
    assert list(home.rglob("*")) == []


def test_the_watch_sees_what_the_plain_import_does() -> None:
    """Without our care the package runs wget through a shell: the watch above would tell."""
    code = WATCHED + "import os.path\ntry:\n import panns_inference.config\nexcept OSError: pass\n"
    run = subprocess.run(
        [sys.executable, "-c", code + "sys.stderr.write('SEEN' + json.dumps(seen))"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, env={**os.environ, "PATH": "/nowhere"},
    )  # fmt: skip
    assert "os.system" in run.stderr.partition("SEEN")[2]


def test_the_parent_never_loads_torch() -> None:
    code = """
import ctk_tui.toolkit.classifier, ctk_tui.classify.pipeline, ctk_tui.cli.classify, ctk_tui.cli.models, sys
assert not {"torch", "panns_inference", "soxr", "numpy", "av"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert extra.missing() == []
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name in {"torch", "soxr"} else object())
    assert extra.missing() == ["torch", "soxr"]
    with pytest.raises(CtkError, match="not installed: torch, soxr") as told:
        extra.require()
    assert 'pip install "ctk-tui[classify]"' in told.value.hint
