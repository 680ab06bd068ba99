"""panns_inference's own Cnn14, the measure of ours, imported without what its import does.

Its `config` runs wget through a shell when a file is missing in the home folder, and where that fails it leaves an
empty file and a package with no classes; librosa compiles for 20 s and matplotlib looks for fonts, both to write what
they find into the home folder. So `config` is put in place before the import, and those two are stood in for: the
network draws nothing, and takes from librosa only tables that its weights replace. Needs the extra.
"""

from __future__ import annotations

import contextlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ctk_tui.classify.classes import COUNT, classes
from ctk_tui.classify.network import RATE
from ctk_tui.classify.weights import BINS, MELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.classify.weights import Weights

CONFIG = "panns_inference.config"


def config() -> ModuleType:
    """Return what the package's `config` should have been."""
    made: Any = ModuleType(CONFIG)
    made.sample_rate, made.classes_num, made.labels_csv_path = RATE, COUNT, ""
    made.labels = [one.name for one in classes()]
    made.ids = [one.mid for one in classes()]
    made.lb_to_ix = {one.name: one.index for one in classes()}
    made.ix_to_lb = dict(enumerate(made.labels))
    made.id_to_ix = {one.mid: one.index for one in classes()}
    made.ix_to_id = dict(enumerate(made.ids))
    module: ModuleType = made
    return module


def cnn14(weights: Weights) -> Any:
    """Return panns_inference's network with these weights, ready to compute: a torch module.

    Args:
        weights: from `weights.load`, all of a whole checkpoint.
    """
    with stood_in():
        from panns_inference.models import Cnn14  # type: ignore[import-untyped]

        network = Cnn14(
            sample_rate=RATE, window_size=1024, hop_size=320, mel_bins=MELS, fmin=50, fmax=14000, classes_num=COUNT
        )
    network.load_state_dict(weights)  # every table of the stand-ins is replaced, or this raises
    return network.eval()


@contextlib.contextmanager
def stood_in() -> Iterator[None]:
    """Let the package find `config` and stand-ins for librosa and matplotlib; those two are gone afterwards."""
    found = {CONFIG: config(), **_stand_ins()}
    found = {name: module for name, module in found.items() if name not in sys.modules}
    sys.modules.update(found)
    try:
        yield
    finally:
        for name in found.keys() - {CONFIG}:
            del sys.modules[name]


def _stand_ins() -> dict[str, ModuleType]:
    import numpy as np

    librosa: Any = ModuleType("librosa")
    librosa.filters, librosa.util = ModuleType("librosa.filters"), ModuleType("librosa.util")
    librosa.filters.get_window = lambda _kind, length, **_: np.zeros(length)
    librosa.filters.mel = lambda **_: np.zeros((MELS, BINS))
    librosa.util.pad_center = lambda window, **_: window
    drawing: Any = ModuleType("matplotlib")
    drawing.pyplot = ModuleType("matplotlib.pyplot")
    return {"librosa": librosa, "matplotlib": drawing, "matplotlib.pyplot": drawing.pyplot}
