"""The one model that ctk knows, and where its weights come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """A published checkpoint."""

    name: str
    file: str
    """Its name in the folder of models."""
    url: str
    size: int
    """Bytes."""
    sha256: str
    """64 hex digits."""
    licence: str
    credit: str
    """Whom the licence asks to name."""


CNN14 = Model(
    "cnn14",
    "Cnn14_mAP=0.431.pth",
    "https://zenodo.org/records/3987831/files/Cnn14_mAP%3D0.431.pth?download=1",
    327_428_481,
    "0dc499e40e9761ef5ea061ffc77697697f277f6a960894903df3ada000e34b31",
    "CC BY 4.0",
    "PANNs: Kong, Cao, Iqbal, Wang, Wang, Plumbley (2020), https://zenodo.org/records/3987831",
)
