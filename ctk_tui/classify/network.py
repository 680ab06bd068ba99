"""CNN14 (Kong et al. 2020, arXiv 1912.10211), folded: the same numbers as panns_inference's, sooner.

Every batch norm is folded into the convolution before it, the spectrum is an FFT where the original is a convolution
with a table of sines, and clips of different lengths share a batch behind masks: what lies beyond the end of a clip is
zero before every convolution, as it is for a clip alone, and no pooling sees it. Needs torch.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from ctk_tui.classify import layers, winograd
from ctk_tui.classify.weights import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import Tensor

    from ctk_tui.classify.weights import Weights

RATE = 32_000
"""Hertz that the network was trained at."""
HOP = 320
"""Samples from one frame to the next: 10 ms."""
FFT = 1024
"""Samples under a frame."""
LEAST_SAMPLES = 31 * HOP
"""Below 32 frames nothing is left after five poolings by two. Samples: 0.31 s."""
_WIDE = 9
"""Convolutions between the first and those of the last block, where the frames are two columns wide."""
_EPSILON = 1e-5
"""Of every batch norm (torch's default)."""
_FLOOR = 1e-10
"""Power that counts as silence (torchlibrosa's amin)."""


class Network:
    """The network with its weights on a device.

    Args:
        weights: from `weights.load`.
        device: where it computes.
        products: whether convolutions are matrix products, and clips are hidden one by one; a GPU is better without.
            None for what suits the device.
    """

    def __init__(self, weights: Weights, device: str, *, products: bool | None = None) -> None:
        import torch

        self._torch = torch
        self.device = torch.device(device)
        self._products = self.device.type == "cpu" if products is None else products

        def place(tensor: Tensor) -> Tensor:
            return tensor.to(self.device).contiguous()

        self._window = place(torch.hann_window(FFT))
        self._mel = place(weights["logmel_extractor.melW"])
        self._scale, self._shift = map(place, _affine(weights, "bn0"))
        folded = _folded(weights)  # taken one after the other: together they are 300 MB
        self._one: tuple[Tensor, Tensor]
        self._wide: list[tuple[Tensor, Tensor, Tensor | None]]
        self._two: list[tuple[Any, Tensor]]
        if self._products:
            self._one = next((layers.one_channel(kernel), bias) for kernel, bias in folded)
            self._wide = [
                (kernel.contiguous(memory_format=torch.channels_last), bias, winograd.transformed(kernel))
                for kernel, bias in islice(folded, _WIDE)
            ]
            self._two = [(layers.two_columns(kernel), bias.repeat(2)) for kernel, bias in folded]
        else:
            self._one, *wide = [(place(kernel), place(bias)) for kernel, bias in folded]
            self._wide = [(kernel, bias, None) for kernel, bias in wide[:_WIDE]]
            self._two = list(wide[_WIDE:])
        self._hidden = place(weights["fc1.weight"]), place(weights["fc1.bias"])
        self._output = place(weights["fc_audioset.weight"]), place(weights["fc_audioset.bias"])

    def features(self, samples: Tensor) -> Tensor:
        """Return the normalised log-mel spectrum.

        Args:
            samples: shape (clips, samples), at `RATE`, as `clips.stacked` gives them.

        Returns:
            Shape (clips, (samples - FFT) // HOP + 1, 64).
        """
        torch = self._torch
        spectrum = torch.stft(samples, FFT, HOP, window=self._window, center=False, return_complex=True)
        power = spectrum.real.square() + spectrum.imag.square()
        mels: Tensor = power.transpose(1, 2) @ self._mel
        return mels.clamp_(min=_FLOOR).log10_().mul_(10.0).mul_(self._scale).add_(self._shift)

    def outputs(self, features: Tensor, frames: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Return probabilities, shape (clips, 527), and embeddings, shape (clips, 2048).

        Args:
            features: shape (clips, frames of the longest, 64); what lies beyond a clip's end may be anything.
            frames: of each clip.
        """
        torch, relu = self._torch, self._torch.nn.functional.relu_
        lengths = list(frames)
        self._hide(features, 1, lengths)
        x = relu(self._first(features))
        for number, layer in enumerate(self._wide):
            self._hide(x, 2, lengths)
            halved = number % 2 == 0  # the second convolution of each block: the first of all is not among these
            x = self._wider(x, *layer, halved=halved)
            if halved:
                lengths = [length // 2 for length in lengths]
        x = self._last(x, lengths)
        # After a relu nothing is less than the 0 that hides, so the hidden do not change the largest.
        x = x.amax(1) + x.sum(1) / torch.tensor(lengths, dtype=x.dtype, device=x.device)[:, None]
        embedding = relu(torch.nn.functional.linear(x, *self._hidden))
        return torch.nn.functional.linear(embedding, *self._output).sigmoid_(), embedding

    def _first(self, features: Tensor) -> Tensor:
        kernel, bias = self._one
        if self._products:
            return layers.first(features, kernel, bias)
        return self._torch.conv2d(features[:, None], kernel, bias, padding=1)

    def _wider(self, x: Tensor, kernel: Tensor, bias: Tensor, tiled: Tensor | None, *, halved: bool) -> Tensor:
        """Return a convolution, less than zero cut off; and, halved, the means of each 2 by 2."""
        torch = self._torch
        if tiled is not None and winograd.pays(len(x), *x.shape[2:]):
            return winograd.convolve(x.permute(0, 2, 3, 1), tiled, bias, halved=halved).permute(0, 3, 1, 2)
        x = torch.nn.functional.relu_(torch.conv2d(x, kernel, bias, padding=1))
        return torch.nn.functional.avg_pool2d(x, 2) if halved else x

    def _last(self, x: Tensor, lengths: Sequence[int]) -> Tensor:
        """Return the last block, shape (clips, frames, channels): the mean of its columns, nothing beyond the ends."""
        torch, relu = self._torch, self._torch.nn.functional.relu_
        if self._products:
            clips, channels, frames, columns = x.shape
            x = x.permute(0, 2, 3, 1).reshape(clips, frames, columns * channels)
            for kernels, bias in self._two:
                self._hide(x, 1, lengths)
                x = relu(layers.narrow(x, kernels, bias))
            x = x.view(clips, frames, columns, -1).mean(2)
        else:
            for kernel, bias in self._two:
                self._hide(x, 2, lengths)
                x = relu(torch.conv2d(x, kernel, bias, padding=1))
            x = x.mean(3).transpose(1, 2)
        self._hide(x, 1, lengths)
        return x

    def _hide(self, x: Tensor, axis: int, lengths: Sequence[int]) -> None:
        """Set to zero what lies beyond the end of each clip.

        Args:
            x: clip by clip.
            axis: which one counts the frames: 1 or 2.
            lengths: frames of each clip.
        """
        longest = x.shape[axis]
        if min(lengths) == longest:
            return
        if self._products:
            for clip, length in enumerate(lengths):
                if length < longest:
                    x[clip].narrow(axis - 1, length, longest - length).zero_()
        else:  # one pass over all, not a launch for each clip
            torch = self._torch
            ends = torch.tensor(lengths, device=x.device)
            shown = torch.arange(longest, device=x.device)[None] < ends[:, None]
            x.mul_(shown.view(len(lengths), *(1,) * (axis - 1), longest, *(1,) * (x.dim() - axis - 1)))


def _folded(weights: Weights) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield kernel and bias of every convolution, its batch norm folded in."""
    for block in range(1, len(CHANNELS)):
        for layer in (1, 2):
            scale, shift = _affine(weights, f"conv_block{block}.bn{layer}")
            yield weights[f"conv_block{block}.conv{layer}.weight"] * scale[:, None, None, None], shift


def _affine(weights: Weights, name: str) -> tuple[Tensor, Tensor]:
    """Return scale and shift that do what a batch norm does."""
    scale = weights[f"{name}.weight"] / (weights[f"{name}.running_var"] + _EPSILON).sqrt()
    return scale, weights[f"{name}.bias"] - weights[f"{name}.running_mean"] * scale
