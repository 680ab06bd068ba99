"""A CNN14 checkpoint with seeded random weights, in the published file's format, keys and size."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

DEVICE = os.environ.get("CTK_TEST_DEVICE", "cpu")
"""Where the engine computes in tests; on a machine with a GPU: `CTK_TEST_DEVICE=cuda pytest tests/classify`."""


def weights(seed: int = 0) -> dict[str, Any]:
    """Return tensors by name; the statistics of batch norms are random too, so that folding them is put to the test."""
    import torch

    from ctk_tui.classify.weights import shapes

    dice = torch.Generator().manual_seed(seed)
    found: dict[str, Any] = {name: torch.from_numpy(table) for name, table in front().items()}
    for name, shape in shapes().items():
        if name in found:
            continue
        if len(shape) > 1:
            inputs = torch.Size(shape[1:]).numel()
            found[name] = torch.empty(shape).normal_(0, (2 / inputs) ** 0.5, generator=dice)
        elif "bn" in name and name.endswith((".weight", ".running_var")):
            found[name] = torch.empty(shape).uniform_(0.6, 1.4, generator=dice)
        else:
            found[name] = torch.empty(shape).normal_(0, 0.1, generator=dice)
        if name.endswith("running_var"):
            found[name.replace("running_var", "num_batches_tracked")] = torch.tensor(1)
    found["bn0.running_mean"].fill_(-30.0)
    found["bn0.running_var"].fill_(400.0)
    return found


def front() -> dict[str, Any]:
    """Return the tables that turn samples into mels: the sines under a Hann window, triangles on the mel scale."""
    turns = np.arange(1024)[None] * np.arange(513)[:, None] % 1024 / 1024
    waves = np.exp(-2j * np.pi * turns) * np.hanning(1025)[:1024]
    lowest, highest = _mel(np.array([50.0, 14000.0]))
    edges = _hertz(np.linspace(lowest, highest, 66))
    rise = (np.arange(513)[:, None] * 31.25 - edges[:-2]) / np.diff(edges)[:-1]
    fall = (edges[2:] - np.arange(513)[:, None] * 31.25) / np.diff(edges)[1:]
    mels = np.maximum(0, np.minimum(rise, fall)) * 2 / (edges[2:] - edges[:-2])
    stft = "spectrogram_extractor.stft.conv_"
    return {
        f"{stft}real.weight": waves.real[:, None].astype(np.float32),
        f"{stft}imag.weight": waves.imag[:, None].astype(np.float32),
        "logmel_extractor.melW": mels.astype(np.float32),
    }


def _mel(hertz: Any) -> Any:
    """Slaney's scale: even below 1 kHz, logarithmic above."""
    return np.where(hertz < 1000, hertz * 3 / 200, 15 + np.log(np.maximum(hertz, 1) / 1000) * 27 / np.log(6.4))


def _hertz(mels: Any) -> Any:
    return np.where(mels < 15, mels * 200 / 3, 1000 * np.exp((mels - 15) * np.log(6.4) / 27))


def write_checkpoint(path: Path, seed: int = 0) -> None:
    """Write a checkpoint as the published one was written."""
    import torch

    torch.save({"iteration": 600_000, "model": weights(seed)}, path, _use_new_zipfile_serialization=False)
