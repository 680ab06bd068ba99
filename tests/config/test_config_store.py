from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ctk_tui.config import replace, store
from ctk_tui.config.edit import add_source, protect, remove_source, set_enabled
from ctk_tui.config.load import load
from ctk_tui.model.errors import Busy, ConfigError

posix = sys.platform != "win32"
TEXT = '[sources.a]\npath = "/a" # mine\n'


def write(tmp_path: Path, text: str = TEXT) -> Path:
    file = tmp_path / "config.toml"
    file.write_bytes(text.encode())
    return file


def left(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()} - {".config.toml.lock"}


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_new_file_and_its_folder_are_the_users_alone(tmp_path: Path) -> None:
    file = tmp_path / "ctk" / "config.toml"
    add_source(file, "x", Path("/x"))
    if posix:
        assert (mode(file), mode(file.parent)) == (0o600, 0o700)
    assert left(file.parent) == {"config.toml"}


@pytest.mark.parametrize("wanted", [0o600, 0o644, 0o664])
def test_the_mode_stays(tmp_path: Path, wanted: int) -> None:
    file = write(tmp_path)
    file.chmod(wanted)
    before = mode(file)
    set_enabled(file, "a", False)
    assert mode(file) == before
    assert left(tmp_path) == {"config.toml"}


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "home").mkdir()
    real = write(tmp_path / "dotfiles")
    link = tmp_path / "home" / "config.toml"
    link.symlink_to(real)
    add_source(link, "b", Path("/b"))
    assert link.is_symlink()
    assert len(load(real, strict=True).settings.sources) == 2
    assert left(tmp_path / "home") == {"config.toml"}
    real.unlink()
    add_source(link, "c", Path("/c"))
    assert [source.name for source in load(real, strict=True).settings.sources] == ["c"]


def test_the_byte_order_mark_stays(tmp_path: Path) -> None:
    file = write(tmp_path, "\ufeff" + TEXT.replace("\n", "\r\n"))
    set_enabled(file, "a", False)
    assert file.read_bytes() == ("\ufeff" + TEXT + "enabled = false\n").replace("\n", "\r\n").encode()


def test_edits_at_the_same_time_do_not_lose_one_another(tmp_path: Path) -> None:
    file = write(tmp_path)
    code = (
        "import sys; from pathlib import Path; from ctk_tui.config.edit import protect\n"
        "for n in range(5): protect(Path(sys.argv[1]), 'a', f'{sys.argv[2]}-{n}')"
    )
    others = [subprocess.Popen([sys.executable, "-c", code, str(file), name]) for name in "pq"]

    def add_five(number: int) -> None:
        for n in range(5):
            add_source(file, f"t{number}{n}", Path("/t"))

    threads = [threading.Thread(target=add_five, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in others] == [0, 0]
    settings = load(file, strict=True).settings
    assert set(settings.sources[0].protect) == {f"{name}-{n}" for name in "pq" for n in range(5)}
    assert {source.name for source in settings.sources[1:]} == {f"t{t}{n}" for t in range(2) for n in range(5)}
    assert "# mine" in file.read_text()
    assert left(tmp_path) == {"config.toml"}


def test_a_lock_that_is_held_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path)
    monkeypatch.setattr(replace, "LOCK_SECONDS", 0.05)
    code = (
        "import sys; from filelock import FileLock\n"
        "lock = FileLock(sys.argv[1]); lock.acquire(); print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / ".config.toml.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy, match="another ctk is editing it"):
            set_enabled(file, "a", False)
        holder.communicate()
    assert file.read_text() == TEXT
    set_enabled(file, "a", False)


def test_a_file_that_an_editor_saved_meanwhile_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path)
    temporary = replace._temporary

    def saved_meanwhile(target: Path, content: bytes) -> str:
        file.write_text("# by hand\n")
        return temporary(target, content)

    monkeypatch.setattr(replace, "_temporary", saved_meanwhile)
    with pytest.raises(ConfigError, match="it changed while ctk was editing it, nothing was written"):
        set_enabled(file, "a", False)
    assert file.read_text() == "# by hand\n"
    assert left(tmp_path) == {"config.toml"}


def test_a_failing_disk_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="cannot be written: No space left on device"):
        set_enabled(file, "a", False)
    monkeypatch.undo()

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        set_enabled(file, "a", False)
    assert file.read_text() == TEXT
    assert left(tmp_path) == {"config.toml"}


def test_an_edit_that_would_mean_something_else_is_not_written(tmp_path: Path) -> None:
    file = write(tmp_path)
    for text in (TEXT + "enabled = true\n", TEXT + "[", TEXT.replace("mine", "yours")):
        with pytest.raises(ConfigError, match="cannot try: the file is laid out in an unusual way") as caught:
            store.edit(file, "try", lambda _, text=text: text, lambda data: data["sources"]["a"].update(enabled=False))  # type: ignore[misc]
        assert caught.value.hint == "edit it by hand"
    assert file.read_text() == TEXT


def test_a_file_made_read_only_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path)
    file.chmod(0o444)
    # Root may write everything, and tests may run as root.
    monkeypatch.setattr(os, "access", lambda path, _: bool(os.stat(path).st_mode & stat.S_IWUSR))
    with pytest.raises(ConfigError, match="the file is read-only, nothing was written"):
        set_enabled(file, "a", False)
    assert file.read_text() == TEXT


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be written: "):
        add_source(tmp_path / "file" / "config.toml", "x", Path("/x"))


def test_a_pipe_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As `--config <(…)` gives: it can be read once, and there is nothing to write to.
    file = write(tmp_path)
    real = os.stat(file)
    monkeypatch.setattr(stat, "S_ISREG", lambda mode: mode != real.st_mode)
    with pytest.raises(ConfigError, match="no regular file"):
        remove_source(file, "a")
    with pytest.raises(ConfigError, match="no regular file"):
        protect(file, "a", "x")
