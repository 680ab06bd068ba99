"""What every test stands on: a home of its own, tools that are there or named, the long tests apart."""

from __future__ import annotations

import functools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from hypothesis import settings

if TYPE_CHECKING:
    from ctk_tui.demo.library import DemoLibrary

pytest_plugins = ["pytester"]

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
NOT_RUN = pytest.StashKey[dict[str, str]]()
"""Node id to the reason why the test cannot run here."""

# No deadline: two workers on two cores make any single example slow now and then, and a slow example is no defect.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if IN_CI else "dev")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty home folder that this one test sees; its config, data and environment are nobody else's."""
    folder = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith(("CTK_", "XDG_"))]:
        monkeypatch.delenv(name)
    for name, below in {
        "HOME": "",
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_STATE_HOME": ".local/state",
        "XDG_CACHE_HOME": ".cache",
        "USERPROFILE": "",
        "APPDATA": "AppData/Roaming",
        "LOCALAPPDATA": "AppData/Local",
    }.items():
        monkeypatch.setenv(name, str(folder / below))
    return folder


@pytest.fixture(scope="session")
def demo_library(tmp_path_factory: pytest.TempPathFactory) -> DemoLibrary:
    """Return a demo library that all tests of a run share: read it, and change only a copy of it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with FileLock(shared / "demo-library.lock"):
        from ctk_tui.demo.library import make_library

        return make_library(shared / "demo-library")


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return weights that all tests of a run share: seeded random ones in the published format, 327 MB; read them."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    path = shared / "seeded.pth"
    with FileLock(shared / "seeded.lock"):
        if not path.exists():
            from tests.support.cnn14 import write_checkpoint

            write_checkpoint(path.with_suffix(".part"))
            path.with_suffix(".part").rename(path)
    return path


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--soak` and `--realtime`."""
    parser.addoption("--soak", action="store_true", help="also run the long forms, marked soak, and those in real time")
    parser.addoption("--realtime", action="store_true", help="run the tests marked realtime, and no others")


def pytest_report_header() -> str:
    """Tell how large the files of the package are; the house wants the median near 60 lines."""
    package = Path(__file__).parent.parent / "ctk_tui"
    lines = [len(path.read_bytes().splitlines()) for path in package.rglob("*.py") if path.name != "__init__.py"] or [0]
    return f"house: {len(lines)} files, {statistics.median(lines):.0f} lines in the median, {max(lines)} in the longest"


@functools.cache
def is_here(tool: str) -> bool:
    """Return whether `tool` can be used: a program on the path, an absolute path, or "mount" for mounting a tmpfs."""
    if tool == "mount":
        return can_mount()
    return os.path.exists(tool) if os.path.isabs(tool) else shutil.which(tool) is not None


def can_mount() -> bool:
    """Return whether a tmpfs can really be mounted here; being root is not enough in many containers."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run(["mount", "-t", "tmpfs", "none", folder], capture_output=True).returncode != 0:
            return False
        return subprocess.run(["umount", folder], capture_output=True).returncode == 0


def missing_tools(item: pytest.Item) -> list[str]:
    """Return what the test needs and this machine lacks."""
    return [tool for mark in item.iter_markers("needs") for tool in mark.args if not is_here(tool)]


def is_asked_for(item: pytest.Item) -> bool:
    """Return whether this run is for the test: those in real time have a run of their own, with nothing beside them."""
    if item.config.getoption("--soak"):
        return True
    if item.get_closest_marker("soak"):
        return False
    return bool(item.get_closest_marker("realtime")) is bool(item.config.getoption("--realtime"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out the tests of other runs, and, outside CI, those whose tool is missing."""
    not_run = config.stash.setdefault(NOT_RUN, {})
    out = []
    for item in items:
        if not is_asked_for(item):
            out.append(item)
        elif not IN_CI and (missing := missing_tools(item)):
            not_run[item.nodeid] = "needs " + ", ".join(missing)
            out.append(item)
    items[:] = [item for item in items if item not in out]
    config.hook.pytest_deselected(items=out)
    if hasattr(config, "workeroutput"):
        config.workeroutput["not_run"] = not_run


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail where a tool is missing: that happens in CI alone, outside it the test was taken out before."""
    if missing := missing_tools(item):
        pytest.fail("needs " + ", ".join(missing) + ", which CI has to install", pytrace=False)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object | None) -> None:
    """Bring what a pytest-xdist worker could not run to the summary of the one who started it."""
    if error is None:
        node.config.stash.setdefault(NOT_RUN, {}).update(node.workeroutput.get("not_run", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """List every test that this machine could not run, with its reason."""
    not_run = config.stash.get(NOT_RUN, {})
    if not_run:
        terminalreporter.section("not run")
        for nodeid, reason in sorted(not_run.items()):
            terminalreporter.write_line(f"not run: {reason}: {nodeid}")
