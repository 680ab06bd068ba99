"""Two scans at once, as processes: one works, the other says so at once; searches go on meanwhile."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from tests.support.calling import PATIENCE, process
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from pathlib import Path

HALFWAY = """
import os
from ctk_tui.scan import scanner
scanner.PATIENCE = 0
real = scanner.Scanner._commit
def halfway(self, *, final):
    real(self, final=final)
    if "READY" in os.environ:
        open(os.environ.pop("READY"), "w").close()
        open(os.environ["GO"]).close()
scanner.Scanner._commit = halfway
"""
"""A scan that waits behind its first transaction until somebody opens a FIFO."""


def test_one_works_and_the_other_exits_5_at_once(tmp_path: Path) -> None:
    for at in range(150):
        put(tmp_path / "one" / f"kick{at}.wav", wav(at))
    library = Library(tmp_path / "ctk", {"one": tmp_path / "one"})
    ready, go = tmp_path / "ready", tmp_path / "go"
    os.mkfifo(ready)
    os.mkfifo(go)
    words = ["--config", str(library.config), "--db", str(library.database)]

    def ctk(*more: str, environ: dict[str, str] | None = None, code: str = "") -> subprocess.Popen[bytes]:
        return process(*words, *more, code=code, env=environ or None, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    first = ctk("scan", environ={**os.environ, "READY": str(ready), "GO": str(go)}, code=HALFWAY)
    ready.read_bytes()
    try:
        second = ctk("scan")
        out, err = second.communicate(timeout=PATIENCE)
        assert (second.returncode, out) == (5, b"")
        assert f"scan, process {first.pid}" in err.decode()

        before = library.config.read_text()
        for changing in (["remove", "one", "--yes"], ["relocate", "one", str(tmp_path)]):
            refused = ctk("sources", *changing)
            _, err = refused.communicate(timeout=PATIENCE)
            assert (refused.returncode, f"process {first.pid}" in err.decode()) == (5, True), changing
            assert library.config.read_text() == before

        searching = ctk("search", "kick", "--count")
        out, err = searching.communicate(timeout=PATIENCE)
        assert (searching.returncode, err) == (0, b"")
        assert 0 < int(out) < 150  # what was read until now is found
        for reading in (["stats"], ["dupes"], ["sources"], ["jobs"], ["doctor"]):
            other = ctk(*reading)
            _, err = other.communicate(timeout=PATIENCE)
            assert (other.returncode, err) == (0, b""), reading
        assert first.poll() is None
        go.write_bytes(b"")
        _, err = first.communicate(timeout=PATIENCE)
        assert (first.returncode, err) == (0, b"")
    finally:
        first.kill()
        first.communicate()
    assert len(library.paths()) == 150
    library.close()
