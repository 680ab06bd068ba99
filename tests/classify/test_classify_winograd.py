"""Convolutions in tiles give what the direct sum gives, for images of any size."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import avg_pool2d, conv2d

from ctk_tui.classify import winograd

CLOSE = 2e-5
"""Of results that are about 1; the direct sum in float32 is 1e-6 off."""


def direct(x: torch.Tensor, kernel: torch.Tensor, bias: torch.Tensor, *, halved: bool) -> torch.Tensor:
    """Return the same by its definition, in float64."""
    found = conv2d(x.double().permute(0, 3, 1, 2), kernel.double(), bias.double(), padding=1).relu()
    return (avg_pool2d(found, 2) if halved else found).permute(0, 2, 3, 1)


def compare(shape: tuple[int, int, int, int], out: int, *, halved: bool) -> None:
    dice = torch.Generator().manual_seed(sum(shape) + out)
    x = torch.randn(shape, generator=dice)
    kernel = torch.randn((out, shape[3], 3, 3), generator=dice) / (9 * shape[3]) ** 0.5
    bias = torch.randn(out, generator=dice)
    with torch.inference_mode():
        found = winograd.convolve(x, winograd.transformed(kernel), bias, halved=halved)
        wanted = direct(x, kernel, bias, halved=halved)
    assert found.shape == wanted.shape
    assert (found - wanted).abs().max() < CLOSE


@given(
    clips=st.integers(1, 4), frames=st.integers(2, 23), columns=st.integers(2, 13), inside=st.integers(1, 9),
    out=st.integers(1, 9), halved=st.booleans(),
)  # fmt: skip
def test_any_size_is_what_the_direct_sum_gives(
    clips: int, frames: int, columns: int, inside: int, out: int, halved: bool
) -> None:
    compare((clips, frames, columns, inside), out, halved=halved)


def test_more_tiles_than_are_worked_on_at_a_time() -> None:
    compare((2, 301, 17, 3), 5, halved=True)  # rows of one clip
    compare((37, 13, 8, 3), 5, halved=False)  # some clips


def test_it_pays_where_tiles_are_many_and_full() -> None:
    assert winograd.pays(3, 1001, 64)
    assert winograd.pays(32, 3, 4)
    assert not winograd.pays(32, 1, 4), "three of four rows would be thrown away"
    assert not winograd.pays(1, 4, 4), "the kernels alone take longer"
