"""The file with the weights: which one is meant, whether it is there, and whether it is what it should be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ctk_tui.model.errors import CtkError
from ctk_tui.model.format import size

if TYPE_CHECKING:
    from ctk_tui.classify.models import Model
    from ctk_tui.classify.sums import Sums
    from ctk_tui.model.classifying import CheckpointState
    from ctk_tui.model.job import Job

AGAIN = "`ctk models fetch` downloads it again"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where the weights are looked for."""

    path: Path
    """Absolute."""
    own: bool
    """Whether the user named it; else it must be the published file, byte for byte."""


def locate(model: Model, folder: Path, option: Path | None, configured: str) -> Checkpoint:
    """Return the checkpoint that is meant: the option, else the configuration, else the folder of models.

    Args:
        model: what is published.
        folder: where `fetch` puts it.
        option: `--checkpoint`.
        configured: `[classify] checkpoint`, "" for none.
    """
    if option is not None:
        return Checkpoint(option.expanduser().absolute(), own=True)
    if configured:
        return Checkpoint(Path(configured), own=True)
    return Checkpoint(folder / model.file, own=False)


def state(model: Model, checkpoint: Checkpoint, sums: Sums) -> CheckpointState:
    """Return how the checkpoint is, without reading it."""
    if not checkpoint.path.is_file():
        return "missing"
    if checkpoint.own:
        return "own"
    if checkpoint.path.stat().st_size != model.size:
        return "damaged"
    known = sums.known(checkpoint.path)
    return "unverified" if known is None else "ok" if known == model.sha256 else "damaged"


def require(model: Model, checkpoint: Checkpoint, sums: Sums, job: Job | None = None) -> str:
    """Return the SHA-256 of a checkpoint that may be used.

    Args:
        model: what is published.
        checkpoint: where it is looked for.
        sums: so that it is hashed once.
        job: told how many bytes were hashed; it may be cancelled.

    Raises:
        CtkError: it is not there, or not the published file; the hint says what to do.
    """
    look(model, checkpoint)
    found = sums.of(checkpoint.path, job)
    if not checkpoint.own and found != model.sha256:
        raise CtkError(f"{checkpoint.path}: damaged: its SHA-256 is {found}, not {model.sha256}", AGAIN)
    return found


def look(model: Model, checkpoint: Checkpoint) -> None:
    """Raise CtkError where a checkpoint is not there, or has not the published size; nothing is read."""
    if not checkpoint.path.is_file():
        fetch = f"`ctk models fetch` downloads them, {size(model.size)},"
        if checkpoint.own:
            raise CtkError(f"{checkpoint.path}: the weights of the classifier are not there",
                           f"--checkpoint or [classify] checkpoint names them; {fetch} for who has none")  # fmt: skip
        # The path behind the next step: in one line of a screen it would push that out.
        raise CtkError("the weights of the classifier are not there",
                       f"{fetch} to {checkpoint.path}; --checkpoint PATH names yours")  # fmt: skip
    held = checkpoint.path.stat().st_size
    if not checkpoint.own and held != model.size:
        raise CtkError(f"{checkpoint.path}: damaged: it has {held:,} bytes, not {model.size:,}", AGAIN)
