"""The two places where a convolution is slow on a CPU, as matrix products; the same sums. Needs torch.

Measured on one core (AVX-512, torch 2.13), in parts of what a matrix product reaches: the first convolution (one
channel in) 0.05, those of the last block (two columns wide) 0.58, all others 0.8 to 1.0. With both as products the
network goes from 0.73 to 1.0 in batches of 10 s, and from 0.37 to 0.59 for a single clip of 0.3 s. What makes the
others faster than that is in `winograd`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


def one_channel(kernel: Tensor) -> Tensor:
    """Return the kernel of a convolution with one channel in as `first` takes it, shape (9, channels out).

    Args:
        kernel: shape (channels out, 1, 3, 3).
    """
    return kernel.permute(2, 3, 1, 0).reshape(9, -1).contiguous()


def first(x: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    """Return the convolution of one channel, 3 by 3 with zeros around.

    Args:
        x: shape (clips, frames, mels).
        kernel: from `one_channel`.
        bias: shape (channels out,).

    Returns:
        Shape (clips, channels out, frames, mels), the channels innermost in memory.
    """
    import torch

    clips, frames, mels = x.shape
    padded = torch.nn.functional.pad(x, (1, 1, 1, 1))
    clip, row, column = padded.stride()
    around = padded.as_strided((clips, frames, mels, 3, 3), (clip, row, column, row, column))
    found = torch.addmm(bias, around.reshape(-1, 9), kernel)
    return found.view(clips, frames, mels, -1).permute(0, 3, 1, 2)


def two_columns(kernel: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the kernel of a convolution over two columns as `narrow` takes it: what was, is and will be.

    Both columns in go to both columns out; a third of the kernel meets zeros only, and is left out.

    Args:
        kernel: shape (channels out, channels in, 3, 3).

    Returns:
        For each of the three rows a matrix of shape (2 * channels in, 2 * channels out).
    """
    import torch

    found = []
    for row in kernel.unbind(2):
        before, same, after = (column.T for column in row.unbind(2))
        found.append(torch.cat((torch.cat((same, before), 1), torch.cat((after, same), 1))).contiguous())
    return found[0], found[1], found[2]


def narrow(x: Tensor, kernels: Sequence[Tensor], bias: Tensor) -> Tensor:
    """Return the convolution, 3 by 3 with zeros around, of frames that are two columns wide.

    Args:
        x: shape (clips, frames, 2 * channels in), column after column.
        kernels: from `two_columns`.
        bias: shape (2 * channels out,).

    Returns:
        Shape (clips, frames, 2 * channels out).
    """
    import torch

    clips, frames, inputs = x.shape
    found = torch.addmm(bias, x.reshape(-1, inputs), kernels[1]).view(clips, frames, -1)
    if frames > 1:  # a clip below 0.64 s is one frame here: two thirds of the weights are not even read
        found[:, 1:] += (x[:, :-1].reshape(-1, inputs) @ kernels[0]).view(clips, frames - 1, -1)
        found[:, :-1] += (x[:, 1:].reshape(-1, inputs) @ kernels[2]).view(clips, frames - 1, -1)
    return found
