"""The engine in a process of its own: samples go in, numbers come out, both as bytes; torch never enters the parent."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.classify.engine import Engine


@dataclass(frozen=True, slots=True)
class EngineTerms:
    """Which engine is wanted."""

    checkpoint: str
    """Absolute path, surrogate-escaped."""
    device: str = "auto"
    """auto, cpu, cuda or cuda:N."""
    threads: int = 0
    """Of the CPU, 0 for as many as torch chooses."""

    def told(self) -> dict[str, Any]:
        """Return them as they travel."""
        return asdict(self)


_lock = threading.Lock()
_engines: dict[EngineTerms, Engine] = {}


def _engine(terms: dict[str, Any]) -> Engine:
    """Return the engine, made at the first call."""
    from ctk_tui.classify.engine import Engine

    wanted = EngineTerms(**terms)
    with _lock:
        if wanted not in _engines:
            _engines.clear()
            _engines[wanted] = Engine(wanted.checkpoint, wanted.device, wanted.threads)
        return _engines[wanted]


def prepare(terms: dict[str, Any]) -> str:
    """Make the engine ready and return its device; run by a worker.

    Args:
        terms: what `EngineTerms.told` gives.

    Raises:
        CtkError: see `Engine`.
    """
    return _engine(terms).device


def compute(terms: dict[str, Any], lengths: Sequence[Sequence[int]], samples: Sequence[bytes]) -> dict[str, bytes]:
    """Return probabilities and embeddings of the windows of sounds, float32, clip after clip; run by a worker.

    Args:
        terms: what `EngineTerms.told` gives.
        lengths: samples of each window of each sound.
        samples: of all windows of each sound, as in `Heard`.

    Raises:
        CtkError: see `Engine.compute`.
    """
    import numpy as np

    clips = [
        clip
        for windows, held in zip(lengths, samples, strict=True)
        for clip in np.split(np.frombuffer(held, np.float32), np.cumsum(windows[:-1], dtype=int))
    ]
    probabilities, embeddings = _engine(terms).compute(clips)
    return {"probabilities": probabilities.tobytes(), "embeddings": embeddings.tobytes()}


def check(terms: dict[str, Any]) -> dict[str, Any]:
    """Compare the engine with panns_inference's own network, on three noises; run by a worker.

    Returns:
        The device, and the largest differences of probabilities and embeddings.
    """
    import numpy as np
    import torch

    from ctk_tui.classify import reference, weights

    dice = np.random.default_rng(1)
    clips = [(dice.standard_normal(length) * 0.1).astype(np.float32) for length in (9_920, 40_000, 64_123)]
    engine = _engine(terms)
    probabilities, embeddings = engine.compute(clips)
    network = reference.cnn14(weights.load(terms["checkpoint"]))
    apart = [0.0, 0.0]
    with torch.inference_mode():
        for at, clip in enumerate(clips):
            found = network(torch.from_numpy(clip)[None])
            for which, (name, ours) in enumerate((("clipwise_output", probabilities), ("embedding", embeddings))):
                apart[which] = max(apart[which], float(np.abs(found[name].numpy()[0] - ours[at]).max()))
    return {"device": engine.device, "probabilities": apart[0], "embeddings": apart[1]}
