"""The engine gives the numbers of panns_inference's own network, for one clip and for many, whatever their lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from ctk_tui.classify import reference
from ctk_tui.classify.buckets import buckets
from ctk_tui.classify.device import choose
from ctk_tui.classify.engine import Engine
from ctk_tui.classify.network import LEAST_SAMPLES, RATE, Network
from ctk_tui.classify.weights import load
from ctk_tui.classify.windows import hear
from ctk_tui.model.errors import CtkError
from tests.support.cnn14 import DEVICE
from tests.support.make_audio import sound

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.classify.engine import Floats

CLOSE = 1e-4
SECONDS = (0.02, 0.05, 0.1, 0.25, 0.3, 0.31, 0.33, 0.4, 0.5, 0.62, 0.7, 0.9, 1.0, 1.01, 1.3, 1.7, 2.0, 2.5, 3.0, 4.1)
LONG = (0.15, 0.2, 0.35, 0.45, 0.8, 1.2, 1.5, 1.9, 2.2, 2.8, 3.5, 5.0, 6.3, 8.0, 9.99, 10.0, 12.0, 25.0, 60.0, 90.0)
KINDS = ("wav", "flac", "wav-s24", "flac-s24", "wav-f32")
RATES = (44_100, 48_000, 32_000, 22_050, 96_000, 8_000)


@pytest.fixture(scope="module")
def engine(checkpoint: Path) -> Engine:
    before = torch.get_num_threads()
    made = Engine(str(checkpoint), DEVICE, threads=1)
    assert torch.get_num_threads() == 1
    assert made.device.partition(":")[0] == DEVICE.partition(":")[0]
    torch.set_num_threads(before)
    return made


@pytest.fixture(scope="module")
def panns(checkpoint: Path) -> Any:
    return reference.cnn14(load(str(checkpoint)))


def heard(folder: Path, seconds: tuple[float, ...]) -> list[Floats]:
    """Return the windows of files of these lengths, each of another kind and rate."""
    clips = []
    for at, length in enumerate(seconds):
        path = folder / f"{at}.sound"
        path.write_bytes(sound(KINDS[at % 5], length, RATES[at % 6], 1 + at % 2))
        clips += hear(str(path), length)
    return clips


def by_panns(panns: Any, clip: Floats) -> tuple[Floats, Floats]:
    """Return what panns_inference says of one clip alone."""
    filled = np.concatenate((clip, np.zeros(max(0, LEAST_SAMPLES - len(clip)), np.float32)))
    with torch.no_grad():
        found = panns(torch.from_numpy(filled)[None])
    return found["clipwise_output"].numpy()[0], found["embedding"].numpy()[0]


def compare(engine: Engine, panns: Any, clips: list[Floats]) -> None:
    together = engine.compute(clips)
    for at, clip in enumerate(clips):
        alone = engine.compute([clip])
        for ours, theirs in zip(
            (*alone, *(part[at : at + 1] for part in together)), by_panns(panns, clip) * 2, strict=True
        ):
            assert np.abs(ours[0] - theirs).max() < CLOSE


def test_twenty_short_files_alone_and_in_mixed_batches(engine: Engine, panns: Any, tmp_path: Path) -> None:
    clips = heard(tmp_path, SECONDS)
    assert len(clips) == 20
    assert len(buckets([len(clip) // 320 + 1 for clip in clips], 3200)) < 12  # they really share batches
    compare(engine, panns, clips)


@pytest.mark.soak
def test_twenty_more_up_to_a_minute_and_a_half(engine: Engine, panns: Any, tmp_path: Path) -> None:
    clips = heard(tmp_path, LONG)
    assert len(clips) == 16 + 2 + 3 * 3
    compare(engine, panns, clips)


def test_a_long_file_is_three_windows_of_equal_length(engine: Engine, panns: Any, tmp_path: Path) -> None:
    clips = heard(tmp_path, (31.0,))
    assert [len(clip) for clip in clips] == [320_000] * 3
    probabilities, _ = engine.compute(clips)
    assert np.abs(probabilities[1] - by_panns(panns, clips[1])[0]).max() < CLOSE


def test_what_a_gpu_computes_by_convolutions_and_masks_is_the_same(engine: Engine, checkpoint: Path) -> None:
    """The way of a GPU, on the CPU where there is no GPU to run it on."""
    network = Network(load(str(checkpoint)), DEVICE, products=False)
    ours = Network(load(str(checkpoint)), "cpu", products=True)
    dice = torch.Generator().manual_seed(1)
    frames = [32, 40, 63, 64, 100]
    spectra = torch.randn((5, 100, 64), generator=dice)
    with torch.inference_mode():
        theirs = network.outputs(spectra.clone().to(network.device), frames)
        for masked, products in zip(theirs, ours.outputs(spectra.clone(), frames), strict=True):
            assert (masked.cpu() - products).abs().max() < CLOSE


def test_padding_the_samples_would_be_wrong(engine: Engine) -> None:
    """The reason for masks, so that nobody takes them away: half of a probability may be lost."""
    dice = np.random.default_rng(1)
    clip = (dice.standard_normal(20_000) * 0.1).astype(np.float32)
    padded = np.concatenate((clip, np.zeros(60_000, np.float32)))
    (alone, _), (longer, _) = engine.compute([clip]), engine.compute([padded])
    assert np.abs(alone - longer).max() > 0.01


def test_a_batch_that_does_not_fit_is_halved(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = np.random.default_rng(2)
    clips = [(dice.standard_normal(12_000 + 100 * at) * 0.1).astype(np.float32) for at in range(9)]
    wanted = engine.compute(clips)
    sizes: list[int] = []
    outputs = Network.outputs

    def small(self: Network, features: torch.Tensor, frames: list[int]) -> Any:
        sizes.append(len(frames))
        if len(frames) > 2:
            raise torch.cuda.OutOfMemoryError
        return outputs(self, features, frames)

    monkeypatch.setattr(Network, "outputs", small)
    for found, one in zip(engine.compute(clips), wanted, strict=True):
        assert np.abs(found - one).max() < CLOSE
    assert sizes[:3] == [9, 4, 2]

    def full(*_: object) -> Any:
        raise torch.cuda.OutOfMemoryError

    monkeypatch.setattr(Network, "outputs", full)
    with pytest.raises(CtkError, match="not enough memory for one clip"):
        engine.compute(clips[:1])


def test_a_gpu_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose("auto") == choose("cpu") == "cpu"
    for asked in ("cuda", "cuda:0"):
        with pytest.raises(CtkError, match=f"there is no {asked}") as told:
            choose(asked)
        assert "--device cpu" in told.value.hint
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.version, "cuda", "12.8")
    assert [choose(asked) for asked in ("auto", "cuda", "cuda:1", "cpu")] == ["cuda:0", "cuda:0", "cuda:1", "cpu"]
    with pytest.raises(CtkError, match="2 GPUs can be used"):
        choose("cuda:2")


def test_the_engine_takes_samples_that_cannot_be_written(engine: Engine) -> None:
    clip = np.zeros(RATE, np.float32)
    clip.setflags(write=False)
    assert np.isfinite(engine.compute([clip])[0]).all()
