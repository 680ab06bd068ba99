"""Where the network computes: what was asked for, or an error, never silently something slower."""

from __future__ import annotations

from ctk_tui.model.errors import CtkError


def choose(wanted: str) -> str:
    """Return the device to compute on: cpu or cuda:N; needs torch.

    Args:
        wanted: auto, cpu, cuda or cuda:N.

    Raises:
        CtkError: a GPU was asked for that is not there.
    """
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if wanted == "cpu" or (wanted == "auto" and not count):
        return "cpu"
    number = int(wanted.partition(":")[2] or 0)
    if number < count:
        return f"cuda:{number}"
    if torch.version.cuda is None:
        raise CtkError(f"there is no {wanted}: this PyTorch is a build for the CPU alone",
                       "install PyTorch's build for CUDA, or use --device cpu")  # fmt: skip
    found = f"{count} GPUs can be used" if count else "no GPU can be used"
    raise CtkError(f"there is no {wanted}: {found} by PyTorch here", "use --device cpu, or look at `nvidia-smi`")
