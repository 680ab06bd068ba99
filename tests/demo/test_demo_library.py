"""The demo library holds what it says it holds, and making it harms nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from ctk_tui.demo.contents import originals
from ctk_tui.demo.library import _render, make_library
from ctk_tui.demo.manifest import MARKER
from ctk_tui.demo.traps import HARD_LINKS, TRAPS
from ctk_tui.model.errors import Cancelled, Refused
from ctk_tui.model.job import Job

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.demo.library import DemoLibrary

BLOCK = 65536


def files_below(root: Path) -> dict[bytes, tuple[int, int, int]]:
    """Return every file's path with its size, mtime_ns and inode."""
    found = {}
    for folder, _, names in os.walk(os.fsencode(root)):
        for name in names:
            status = os.lstat(os.path.join(folder, name))
            found[os.path.join(folder, name)] = (status.st_size, status.st_mtime_ns, status.st_ino)
    return found


def heard(path: Path) -> tuple[float, float, int]:
    """Return the seconds that can be decoded, the loudest sample, and the number of channels."""
    seconds, peak, channels = 0.0, 0.0, 0
    with open(path, "rb") as file, av.open(file, "r") as container:
        stream = container.streams.audio[0]
        to_floats = av.AudioResampler("flt")
        try:
            for packet in container.demux(stream):
                for frame in packet.decode():
                    seconds += frame.samples / frame.sample_rate
                    channels = frame.layout.nb_channels
                    for part in to_floats.resample(frame):
                        peak = max(peak, float(np.abs(part.to_ndarray()).max()))
        except av.InvalidDataError:
            pass  # a file cut inside a packet
    return seconds, peak, channels


def test_the_truth_is_true(demo_library: DemoLibrary) -> None:
    contents = defaultdict(set)
    for path, content in demo_library.truth.items():
        contents[content].add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert {content: len(hashes) for content, hashes in contents.items() if len(hashes) > 1} == {}
    assert len(set.union(*contents.values())) == len(contents), "two identities with equal bytes"
    on_disk = {path for path in files_below(demo_library.root) if not path.endswith(MARKER.encode())}
    assert on_disk == {os.fsencode(path) for path in demo_library.truth}
    assert all((demo_library.root / file.path).stat().st_size == file.size for file in demo_library.files)


def test_it_is_worth_a_look(demo_library: DemoLibrary) -> None:
    sounds = [file for file in demo_library.files if file.kind == "sound"]
    assert 180 <= len(sounds) <= 240
    assert set(demo_library.sources) == {"studio", "archive", "usb-backup"}
    assert all(any(path.iterdir()) for path in demo_library.sources.values())
    assert {one.format for one in originals()} >= {"wav", "aiff", "flac", "mp3", "vorbis", "opus", "aac", "alac", "wma"}
    copies = [file for file in sounds if file.path != file.content]
    assert len(copies) > 30


def test_every_sound_can_be_heard(demo_library: DemoLibrary) -> None:
    told = {one.path: one for one in originals()}
    lengths = {}
    for file in demo_library.files:
        if file.kind == "sound" and file.path in told:
            seconds, peak, channels = heard(demo_library.root / file.path)
            lengths[file.path] = seconds
            assert 0.3 < peak <= (1.15 if told[file.path].format in {"mp3", "vorbis", "opus", "aac", "wma"} else 0.85)
            assert channels == 1 or told[file.path].channels != 1
    assert max(lengths.values()) > 60
    assert min(lengths.values()) > 0.05


def test_stems_share_a_fingerprint_and_no_music(demo_library: DemoLibrary) -> None:
    stems = [path for path in demo_library.truth if path.parent.name == "Stems"]
    contents = [path.read_bytes() for path in stems]
    assert len(stems) == 5
    assert len({(len(content), content[:BLOCK], content[-BLOCK:]) for content in contents}) == 1
    assert len(set(contents)) == 5


def test_broken_files_are_broken_as_told(demo_library: DemoLibrary) -> None:
    by_kind = defaultdict(list)
    for file in demo_library.files:
        by_kind[file.kind].append(demo_library.root / file.path)
    assert [path.stat().st_size for path in by_kind["empty"]] == [0]
    assert all(0 < path.stat().st_size < 128 for path in by_kind["tiny"])
    for path in by_kind["garbage"]:
        with pytest.raises(av.InvalidDataError), open(path, "rb") as content:
            av.open(content, "r")
    cut = [trap for trap in TRAPS if trap.kind == "truncated"]
    assert len(cut) == len(by_kind["truncated"]) > 0
    for trap in cut:
        assert 0.2 < heard(demo_library.root / trap.path)[0] < heard(demo_library.root / trap.of)[0]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems hold fewer of these names")
def test_odd_names_are_exact(demo_library: DemoLibrary) -> None:
    names = os.listdir(os.fsencode(demo_library.sources["usb-backup"] / "odd names"))
    assert b"Gl\xfcckwunsch.wav" in names
    assert b"take\n2.wav" in names
    assert {"K\u00fcche T\u00fcr.wav".encode(), "Ku\u0308che Tu\u0308r.wav".encode()} <= set(names)
    assert 240 <= max(len(name) for name in names) <= 255
    assert len(names) == 10


@pytest.mark.skipif(sys.platform == "win32", reason="inodes")
def test_hard_links_are_one_file(demo_library: DemoLibrary) -> None:
    links = [file for file in demo_library.files if file.link_of]
    assert links
    for file in links:
        assert os.path.samefile(demo_library.root / file.path, demo_library.root / file.link_of)


def test_made_again_it_stays_as_it_is(demo_library: DemoLibrary) -> None:
    before = files_below(demo_library.root)
    assert make_library(demo_library.root) == demo_library
    assert files_below(demo_library.root) == before


def test_what_is_lost_comes_back_and_what_was_added_stays(demo_library: DemoLibrary, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    shutil.copytree(demo_library.root, root)
    for path in HARD_LINKS:
        (root / path).unlink()  # copytree made files of their own of them
    lost = root / "studio" / "packs" / "Low End" / "Sub C1.wav"
    lost.unlink()
    shutil.rmtree(root / "usb-backup")
    added = root / "studio" / "mine.wav"
    added.write_bytes(b"mine")
    before = files_below(root)
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        make_library(root, job=job)
    again = Job()
    made = make_library(root, job=again)
    assert {path.relative_to(root) for path in made.truth} == {
        path.relative_to(demo_library.root) for path in demo_library.truth
    }
    assert lost.is_file()
    assert added.read_bytes() == b"mine"
    after = files_below(root)
    kept = [path for path in before if not path.endswith(MARKER.encode())]
    assert {path: before[path] for path in kept} == {path: after[path] for path in kept}
    assert again.done == again.total
    assert {path.name for path in tmp_path.iterdir()} == {"copy"}


def test_other_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "song.wav").write_bytes(b"mine")
    with pytest.raises(Refused, match="something else"):
        make_library(tmp_path)
    with pytest.raises(Refused, match="something else"):
        make_library(tmp_path / "song.wav")
    assert [path.name for path in tmp_path.iterdir()] == ["song.wav"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "demo"
    outside.mkdir()
    (root / "studio").mkdir(parents=True)
    (root / MARKER).touch()
    (root / "studio" / "packs").symlink_to(outside)
    with pytest.raises(Refused, match="leads out"):
        make_library(root)
    assert list(outside.iterdir()) == []


def test_one_seed_makes_one_sound() -> None:
    one = next(one for one in originals() if "/Snares/" in one.path)
    assert _render(one.path, [one], 1) == _render(one.path, [one], 1)
    assert _render(one.path, [one], 1) != _render(one.path, [one], 2)
    assert np.isfinite(one.make(one.rate, np.random.default_rng(1))).all()
