"""The demo: a library of generated sounds, as sources of a configuration of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.config import edit
from ctk_tui.demo.library import make_library

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.model.job import Job


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo library with its own configuration and catalog, apart from the user's."""

    root: Path
    """Its folder."""
    files: int
    config: Path


def make_demo(dest: Path, job: Job | None = None) -> Demo:
    """Make the demo library in a folder, with a configuration that has its folders as sources.

    Args:
        dest: a new or empty folder, or that of a demo made before.
        job: counts files, and may be cancelled.

    Raises:
        Refused: the folder holds something else.
        Cancelled: the job was cancelled.
    """
    library = make_library(dest, job=job)
    config = library.root / "ctk.toml"
    if not config.exists():
        config.write_text('[database]\npath = "catalog.db"\n')
        for name, root in library.sources.items():
            edit.add_source(config, name, root)
    return Demo(library.root, len(library.files), config)
