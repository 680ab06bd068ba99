"""ctk: every sound on every drive, found as you type, and never a byte lost.

The floors of the house, from the ground up; each may use what is below it (docs/architecture.md)::

    __main__ > cli | tui > toolkit > scan | duplicates | classify | files | jobs | demo
             > catalog | audio > workers > disk > config > model
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("ctk-tui")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"

__all__ = ["__version__"]
