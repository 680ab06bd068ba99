"""Reading a checkpoint: as weights and nothing else, for a file of weights can hold a program."""

from __future__ import annotations

import os
import pickle
import struct
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ctk_tui.model.errors import CtkError

if TYPE_CHECKING:
    import torch

    Weights = dict[str, torch.Tensor]

CHANNELS = (1, 64, 128, 256, 512, 1024, 2048)
"""Of the input and of the six blocks."""
MELS, BINS = 64, 513
_DAMAGE = (
    RuntimeError, EOFError, ValueError, LookupError, TypeError, AttributeError, AssertionError, MemoryError,
    struct.error,
)  # fmt: skip
"""What torch lets through on files that are cut off or something else."""
_HINT = "`ctk models fetch` downloads the published one; --checkpoint PATH names another"


def shapes() -> dict[str, tuple[int, ...]]:
    """Return the tensors of CNN14 that are used, by name, with their shapes."""
    found: dict[str, tuple[int, ...]] = {"logmel_extractor.melW": (BINS, MELS)}
    norms = {"bn0": MELS}
    for block, (inside, outside) in enumerate(pairwise(CHANNELS), 1):
        for layer, channels in ((1, inside), (2, outside)):
            found[f"conv_block{block}.conv{layer}.weight"] = (outside, channels, 3, 3)
            norms[f"conv_block{block}.bn{layer}"] = outside
    for name, width in norms.items():
        found |= {f"{name}.{part}": (width,) for part in ("weight", "bias", "running_mean", "running_var")}
    for name, outputs in (("fc1", CHANNELS[-1]), ("fc_audioset", 527)):
        found |= {f"{name}.weight": (outputs, CHANNELS[-1]), f"{name}.bias": (outputs,)}
    return found


def load(path: str) -> Weights:
    """Return all tensors of a CNN14 checkpoint, float32, on the CPU; needs torch.

    Args:
        path: the file, surrogate-escaped.

    Raises:
        CtkError: it is no checkpoint of CNN14, or damaged, or holds more than weights.
    """
    import torch

    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise _refused(path, "not a file of weights alone; what else is in it was not run") from error
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}") from error
    except _DAMAGE as error:
        raise _refused(path, "damaged, or no checkpoint of PyTorch") from error
    weights = found.get("model", found) if isinstance(found, dict) else None
    if not isinstance(weights, dict) or not all(isinstance(one, torch.Tensor) for one in weights.values()):
        raise _refused(path, "a checkpoint without weights")
    return _checked(path, weights)


def _checked(path: str, weights: dict[Any, Any]) -> Weights:
    import torch

    for name, shape in shapes().items():
        tensor = weights.get(name)
        if tensor is None:
            raise _refused(path, f"the weights of another network: {name} is missing")
        if tuple(tensor.shape) != shape:
            raise _refused(path, f"the weights of another network: {name} is {tuple(tensor.shape)}, not {shape}")
        if not bool(torch.isfinite(tensor).all()):
            raise _refused(path, f"damaged: {name} holds what is no number")
    return {str(name): tensor.float() if tensor.is_floating_point() else tensor for name, tensor in weights.items()}


def _refused(path: str, why: str) -> CtkError:
    return CtkError(f"{os.fsencode(path).decode('utf-8', 'replace')}: {why}", _HINT)
