"""The engine: clips in, probabilities and embeddings out, whatever their lengths and however many. Needs torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ctk_tui.classify import device as devices
from ctk_tui.classify.buckets import buckets, spread
from ctk_tui.classify.classes import COUNT
from ctk_tui.classify.clips import frames as clip_frames
from ctk_tui.classify.clips import stacked
from ctk_tui.classify.lanes import Lanes
from ctk_tui.classify.network import Network
from ctk_tui.classify.weights import load
from ctk_tui.model.classification import EMBEDDING
from ctk_tui.model.errors import CtkError
from ctk_tui.workers.ticks import tick

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

CPU_FRAMES = 3200
"""Frames of a batch: 32 s of sound; more is no faster on a CPU."""
CUDA_FRAMES = 16_000


class Engine:
    """The network on a device, ready to compute; threads may share it.

    Args:
        checkpoint: path of the weights, surrogate-escaped.
        device: auto, cpu, cuda or cuda:N.
        threads: of the CPU, 0 for as many as torch chooses.

    Raises:
        CtkError: the checkpoint cannot be used, or the device is not there.
    """

    def __init__(self, checkpoint: str, device: str = "auto", threads: int = 0) -> None:
        import torch

        self._torch = torch
        self.device = devices.choose(device)
        """cpu or cuda:N."""
        # TF32 has 10 bits where a float has 23: probabilities would be off in the third digit.
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cuda.matmul.allow_tf32 = False
        self._network = Network(load(checkpoint), self.device)
        on_cpu = self.device == "cpu"
        self._most_frames = CPU_FRAMES if on_cpu else CUDA_FRAMES
        self._lanes = Lanes(threads) if on_cpu else Lanes(threads, 1)

    def compute(self, clips: Sequence[Floats]) -> tuple[Floats, Floats]:
        """Return probabilities, shape (clips, 527), and embeddings, shape (clips, 2048), in the order of the clips.

        Args:
            clips: mono samples at 32 kHz, of any length; short ones are filled up with silence at their end to the
                least that the network takes, as in its training.

        Raises:
            CtkError: the device has not enough memory for a single clip.
        """
        probabilities = np.empty((len(clips), COUNT), np.float32)
        embeddings = np.empty((len(clips), EMBEDDING), np.float32)
        frames = [clip_frames(clip) for clip in clips]

        def work(bucket: list[int]) -> None:
            tick(bucket[0])
            with self._torch.inference_mode():
                found = self._batch([clips[index] for index in bucket])
            probabilities[bucket], embeddings[bucket] = found

        lanes = self._lanes
        if lanes.count > 1 and (beside := spread(frames, self._most_frames, lanes.count)):
            lanes.side_by_side(work, beside)
        else:
            lanes.together(work, buckets(frames, self._most_frames))
        return probabilities, embeddings

    def _batch(self, clips: list[Floats]) -> tuple[Floats, Floats]:
        """Compute clips together, or, where the device has not enough memory, one half after the other."""
        try:
            samples = self._torch.from_numpy(stacked(clips)).to(self._network.device)
            frames = [clip_frames(clip) for clip in clips]
            probabilities, embeddings = self._network.outputs(self._network.features(samples), frames)
            return probabilities.cpu().numpy(), embeddings.cpu().numpy()
        except self._torch.cuda.OutOfMemoryError as error:
            if len(clips) == 1:
                raise CtkError(
                    f"{self.device} has not enough memory for one clip", "end what else uses it, or use --device cpu"
                ) from error
        if self.device != "cpu":
            self._torch.cuda.empty_cache()
        self._most_frames = max(1, self._most_frames // 2)
        half = len(clips) // 2
        (first, one), (second, two) = self._batch(clips[:half]), self._batch(clips[half:])
        return np.concatenate((first, second)), np.concatenate((one, two))
