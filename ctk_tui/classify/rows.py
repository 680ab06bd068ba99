"""From the engine's numbers to what the catalog keeps of a sound."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ctk_tui.classify.categories import SILENT, categorise
from ctk_tui.classify.classes import COUNT
from ctk_tui.classify.hints import hint
from ctk_tui.classify.labels import kept, silence
from ctk_tui.model.classification import EMBEDDING, Classified

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from ctk_tui.classify.decoding import Heard
    from ctk_tui.model.classification import ToClassify

    Floats = npt.NDArray[np.float32]


def means(answer: dict[str, bytes], windows: Sequence[int]) -> list[tuple[Floats, Floats]]:
    """Return probabilities and embedding of each sound: the means over its windows.

    Args:
        answer: of `computing.compute`.
        windows: how many clips each sound has, in their order.
    """
    import numpy as np

    probabilities = np.frombuffer(answer["probabilities"], np.float32).reshape(-1, COUNT)
    embeddings = np.frombuffer(answer["embeddings"], np.float32).reshape(-1, EMBEDDING)
    ends = np.cumsum([0, *windows])
    return [(probabilities[start:end].mean(0), embeddings[start:end].mean(0)) for start, end in pairwise(ends)]


def stored(embedding: Floats) -> bytes:
    """Return an embedding as the catalog keeps it: float16, little-endian."""
    import numpy as np

    return np.clip(embedding, -65504, 65504).astype("<f2").tobytes()


def are_finite(probabilities: Floats, embedding: Floats) -> bool:
    """Return whether all numbers of a sound are numbers."""
    import numpy as np

    return bool(np.isfinite(probabilities).all() and np.isfinite(embedding).all())


def row(one: ToClassify, sound: Heard, probabilities: Floats, embedding: Floats, *, name_hints: bool) -> Classified:
    """Return what is kept of one sound.

    Args:
        one: the audio file.
        sound: its windows.
        probabilities: of the 527 classes.
        embedding: 2048 numbers.
        name_hints: whether its name may help.
    """
    said = probabilities.tolist()
    duration = sound.seconds if one.duration_secs is None else one.duration_secs
    labels, verdict = kept(said), categorise(said, duration, hint(one.path) if name_hints else None)
    if sound.silent:
        labels, verdict = silence(), SILENT
    return Classified(
        one.id, one.seen, labels, stored(embedding), verdict.category, verdict.source, round(verdict.confidence, 4)
    )
