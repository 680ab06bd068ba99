"""ctk: every sound on every drive, found as you type, and never a byte lost.

The floors of the house, from the ground up; each may use what is below it (docs/architecture.md)::

    __main__ > cli | tui > toolkit > scan | duplicates | classify | files | jobs | demo
             > catalog | audio > workers > disk > config > model
"""

__version__ = "0.1.0"
"""Read by the build too. Asking the installed package would cost every command 20 ms."""

__all__ = ["__version__"]
