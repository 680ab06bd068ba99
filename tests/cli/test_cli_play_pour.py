"""`ctk play --stdout wav`: the same sound as decoding gives, whole, through a pipe."""

from __future__ import annotations

import struct
import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctk_tui.audio.decode import decode
from tests.support.calling import PATIENCE, process
from tests.support.flavours import FLAVOURS, Samples, hiss_file

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("wav-s16", "flac-24-96k", "mp3-bare-vbr", "opus-mono", "alac-16", "wavpack")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    for name in NAMES:
        (tmp_path / f"{name}.bin").write_bytes(hiss_file(name, 0.5))
    return [tmp_path / f"{name}.bin" for name in NAMES]


def poured(*words: object) -> tuple[int, Samples, str]:
    """Return exit code, samples and what was said; the header is checked."""
    child = process("play", "--stdout", "wav", *map(str, words), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = child.communicate(timeout=PATIENCE)
    if out:
        assert (out[:4], out[8:16], out[36:40]) == (b"RIFF", b"WAVEfmt ", b"data")
        assert struct.unpack("<HHIIHH", out[20:36]) == (1, 2, 48000, 192000, 4, 16)
    return child.returncode, (np.frombuffer(out[44:], "<i2").reshape(-1, 2) / 32767).astype(np.float32), err.decode()


def test_all_sounds_one_behind_the_other(files: list[Path]) -> None:
    code, sound, err = poured("--volume", "1", *files)
    assert (code, err) == (0, "")
    wanted = np.concatenate([decode(file) for file in files])
    assert not any(FLAVOURS[name].noisy for name in NAMES)  # two decodes are alike
    assert np.abs(sound - wanted).max() < 1 / 32767


def test_volume_and_start(files: list[Path]) -> None:
    code, sound, _ = poured("--volume", "0.5", "--start", "0.2", files[1], files[0])
    wanted = np.concatenate([decode(files[1], start=0.2), decode(files[0])])
    assert code == 0
    assert np.abs(sound - 0.5 * wanted).max() < 1 / 32767


def test_the_volume_of_the_configuration_holds(files: list[Path]) -> None:
    _, sound, _ = poured(files[0])
    assert np.abs(sound - 0.8 * decode(files[0])).max() < 1 / 32767


def test_what_cannot_be_decoded_is_told(files: list[Path], tmp_path: Path) -> None:
    bad = tmp_path / "bad \x1b[31m.mp3"
    bad.write_bytes(b"no sound" * 500)
    code, sound, err = poured("--volume", "1", bad, files[0])
    assert code == 3
    assert np.abs(sound - decode(files[0])).max() < 1 / 32767
    assert err.startswith(f"ctk: {tmp_path}/bad \\x1b[31m.mp3: ")
    code, sound, _ = poured(bad, bad)
    assert (code, len(sound)) == (1, 0)


def test_a_loop_goes_on_until_nobody_reads(files: list[Path]) -> None:
    child = process("play", "--stdout", "wav", "--loop", str(files[0]), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stderr is not None
    once = round(0.5 * 48000) * 4
    assert len(child.stdout.read(44 + 5 * once)) == 44 + 5 * once
    child.stdout.close()
    assert child.wait(PATIENCE) == 0
    assert child.stderr.read() == b""
    child.stderr.close()


def test_a_decoder_that_crashes_is_told(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    code = """
from ctk_tui.toolkit.audio import AudioFacade
crash = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
AudioFacade.pour_command = lambda *args, **options: [sys.executable, "-c", crash]
"""
    words = ("play", "--stdout", "wav", str(files[0]))
    child = process(*words, code=code, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _, err = child.communicate(timeout=PATIENCE)
    assert (child.returncode, err) == (1, b"ctk: a decoder crashed: signal 11\n")
