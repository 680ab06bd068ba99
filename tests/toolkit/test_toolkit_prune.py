"""What may be forgotten, and what never is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import health
from ctk_tui.model.errors import UsageError
from tests.support.asking import ask, content_of, decide, decided, facts, tell
from tests.support.library import Library, put, wav
from tests.support.volumes import Volumes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def volumes(monkeypatch: pytest.MonkeyPatch) -> Volumes:
    return Volumes(monkeypatch)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def library(tmp_path: Path, stick: Path, volumes: Volumes) -> Iterator[Library]:
    """A stick and a disk; kick.wav was decided on, and is gone from the stick."""
    volumes.mount(stick, "uuid:stick")
    made = Library(tmp_path / "ctk", {"stick": stick, "disk": tmp_path / "disk"})
    put(stick / "kick.wav", wav(1))
    put(stick / "sub" / "snare.wav", wav(2))
    put(tmp_path / "disk" / "hat.wav", wav(3))
    made.scan()
    decide(made, content_of(made, stick / "kick.wav"))
    (stick / "kick.wav").rename(tmp_path / "aside")
    made.scan()
    yield made
    assert health.inconsistencies(made.toolkit.database) == []
    assert health.faults(made.toolkit.database) == []
    made.close()


def gone(library: Library) -> int:
    """Return the id of the audio file that is gone."""
    [audio_id] = library.paths("missing").values()
    return audio_id


def test_what_is_surely_gone_is_forgotten_and_what_was_decided_stays(library: Library) -> None:
    kick = gone(library)
    assert library.toolkit.doctor.prune() == (1, 0)
    assert library.paths("missing") == {}
    assert facts(library, kick, "state") == (4,)
    assert all(decided(library, kick))
    assert library.toolkit.catalog.search("is:missing") == []


def test_orphans_go_only_when_asked(library: Library) -> None:
    kick = gone(library)
    library.toolkit.doctor.prune()
    assert library.toolkit.doctor.prune(and_orphans=True) == (0, 1)
    assert decided(library, kick) == (False, False, False, False)
    assert ask(library.toolkit.database, "SELECT count(*) FROM audio WHERE id = ?", kick) == [(0,)]


def test_a_forgotten_file_that_comes_back_is_known_again(library: Library, tmp_path: Path, stick: Path) -> None:
    kick = gone(library)
    library.toolkit.doctor.prune()
    (tmp_path / "aside").rename(stick / "sub" / "kick.wav")
    assert library.scan().counts["new"] == 1
    assert content_of(library, stick / "sub" / "kick.wav") == kick
    assert all(decided(library, kick))


def test_what_is_there_again_is_not_forgotten(library: Library, tmp_path: Path, stick: Path) -> None:
    (tmp_path / "aside").rename(stick / "kick.wav")  # after the last scan
    assert library.toolkit.doctor.prunable() == {}
    assert library.toolkit.doctor.prune() == (0, 0)


def test_what_lies_there_as_a_dangling_link_is_not_forgotten(library: Library, stick: Path) -> None:
    (stick / "kick.wav").symlink_to("nowhere")
    assert library.toolkit.doctor.prune() == (0, 0)


def test_of_a_source_that_is_away_nothing_is_forgotten(library: Library, stick: Path) -> None:
    stick.rename(stick.with_name("pocket"))
    assert library.toolkit.doctor.prune() == (0, 0)
    assert len(library.paths("missing")) == 1


def test_on_another_volume_nothing_is_forgotten(library: Library, stick: Path, volumes: Volumes) -> None:
    volumes.mount(stick, "uuid:strange")
    assert library.toolkit.doctor.prune() == (0, 0)
    volumes.mount(stick, "unknown:fuse:/stick", known=False)
    assert library.toolkit.doctor.prune() == (0, 0)


def test_only_after_a_scan_to_the_end(library: Library, stick: Path) -> None:
    (stick / "sub" / "snare.wav").unlink()
    library.scan(str(stick / "sub"))  # of a folder alone
    assert len(library.paths("missing")) == 2
    assert library.toolkit.doctor.prune() == (1, 0)
    library.scan()
    assert library.toolkit.doctor.prune() == (1, 0)


def test_quarantined_paths_are_never_forgotten(library: Library, stick: Path) -> None:
    tell(library.toolkit.database, "UPDATE paths SET state = 'quarantined' WHERE rel = ?", b"sub/snare.wav")
    (stick / "sub" / "snare.wav").unlink()
    library.scan()
    assert library.toolkit.doctor.prune() == (1, 0)
    library.toolkit.sources.remove("stick")
    library.toolkit.doctor.prune(and_orphans=True)
    assert list(library.paths("quarantined")) == [os.fsencode(stick / "sub" / "snare.wav")]


def test_of_one_source_only(library: Library, tmp_path: Path) -> None:
    (tmp_path / "disk" / "hat.wav").unlink()
    put(tmp_path / "disk" / "other.wav", wav(9))
    library.scan()
    assert library.toolkit.doctor.prune("disk") == (1, 0)
    assert len(library.paths("missing")) == 1
    with pytest.raises(UsageError, match="no source called 'tape'"):
        library.toolkit.doctor.prune("tape")


def test_a_source_that_the_configuration_left_out_waits_for_prune(library: Library, tmp_path: Path) -> None:
    before = library.paths()
    library.config.write_text(f'[sources.disk]\npath = "{tmp_path}/disk"\n')
    library.toolkit.reload()
    library.scan()
    library.toolkit.sources.look_around()
    assert library.paths() == before
    state = library.toolkit.sources.states()[-1]
    assert (state.name, state.configured, state.status) == ("stick", False, "offline")
    assert "no longer in the configuration" in state.reason
    snare = next(audio_id for path, audio_id in before.items() if path.endswith(b"snare.wav"))
    assert facts(library, snare, "state") == (1,)
    decide(library, snare)
    assert library.toolkit.doctor.prune() == (2, 0)
    assert [one.name for one in library.toolkit.sources.states()] == ["disk"]
    assert all(decided(library, snare))


def test_a_source_that_comes_back_into_the_configuration(library: Library, tmp_path: Path, stick: Path) -> None:
    text, before = library.config.read_text(), library.paths()
    library.config.write_text(f'[sources.disk]\npath = "{tmp_path}/disk"\n')
    library.toolkit.reload()
    library.config.write_text(text)
    library.toolkit.reload()
    assert library.scan().counts["unchanged"] == 2
    assert library.paths() == before


def test_removed_and_added_again_under_another_name(library: Library, tmp_path: Path, stick: Path) -> None:
    (tmp_path / "aside").rename(stick / "kick.wav")
    library.scan()
    kick = content_of(library, stick / "kick.wav")
    files = {path: path.read_bytes() for path in stick.rglob("*.wav")}
    assert library.toolkit.sources.remove("stick") == 2
    assert all(decided(library, kick))
    assert [one.name for one in library.toolkit.sources.states()] == ["disk"]
    assert {path: path.read_bytes() for path in stick.rglob("*.wav")} == files
    library.toolkit.sources.add("again", stick)
    assert library.scan().counts["new"] == 2
    assert content_of(library, stick / "kick.wav") == kick
    assert all(decided(library, kick))


def test_removed_and_added_again_with_stems(library: Library, stick: Path) -> None:
    """Several contents of equal ends: each is known again by its digest."""
    for at in range(3):
        put(stick / f"stem{at}.wav", wav(3, frames=90_000, middle=at))
    library.scan()
    stems = {name: content_of(library, stick / name) for name in ("stem0.wav", "stem1.wav", "stem2.wav")}
    for audio_id in stems.values():
        decide(library, audio_id)
    library.toolkit.sources.remove("stick")
    library.toolkit.sources.add("again", stick)
    library.scan()
    assert {name: content_of(library, stick / name) for name in stems} == stems
    assert all(all(decided(library, audio_id)) for audio_id in stems.values())
    assert ask(library.toolkit.database, "SELECT count(*) FROM audio WHERE NOT verified") == [(0,)]


def test_orphans_do_not_doubt_others(library: Library, tmp_path: Path, stick: Path) -> None:
    """A content that nothing leads to, and that was never compared, leaves its twin verified."""
    put(stick / "long.wav", wav(5, frames=90_000))
    library.scan()
    library.toolkit.sources.remove("stick")
    put(tmp_path / "disk" / "long.wav", wav(5, frames=90_000, middle=3))
    library.scan()
    rows = ask(library.toolkit.database, "SELECT verified, shared FROM audio WHERE state = 0 AND size > 100000")
    assert rows == [(1, 0)]
