"""The extra [classify]: whether it is installed, told without importing it."""

from __future__ import annotations

from importlib.util import find_spec

from ctk_tui.model.errors import CtkError

PACKAGES = {"torch": "torch", "soxr": "soxr", "panns_inference": "panns-inference"}
"""Module to the package that brings it."""
INSTALL = (
    'pip install "ctk-tui[classify]"; without a GPU first: '
    "pip install torch --index-url https://download.pytorch.org/whl/cpu"
)


def missing() -> list[str]:
    """Return the packages that classifying needs and that are not installed."""
    return [package for module, package in PACKAGES.items() if find_spec(module) is None]


def require() -> None:
    """Raise CtkError where a package is missing; it says what to install."""
    if lacking := missing():
        raise CtkError(f"classifying needs what is not installed: {', '.join(lacking)}", INSTALL)
