"""A small library of real files for the commands that change them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.support.library import put, wav

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Ctk, Said

FILES = {"drums/kick.wav": 1, "drums/kick copy.wav": 1, "old/kick (1).wav": 1, "drums/snare.wav": 2, "old/alone.wav": 3}
"""Path to what is in it: three copies of a kick, two sounds that are there once."""


@dataclass(frozen=True)
class Sampled:
    """A scanned source `lib`, and how to call commands on it."""

    root: Path
    """Of the source."""
    outside: Path
    """A folder in no source."""
    ctk: Ctk

    def __call__(self, *arguments: str | Path) -> Said:
        return self.ctk(*arguments)

    def there(self) -> set[str]:
        """Return the sounds that are in the source, quarantine aside."""
        return {
            str(path.relative_to(self.root))
            for path in self.root.rglob("*.wav")
            if ".ctk-quarantine" not in path.parts
        }  # fmt: skip


def make_sampled(folder: Path, ctk: Ctk) -> Sampled:
    """Make the library below a folder, with the configuration that the test's environment has."""
    made = Sampled(folder / "lib", folder / "project", ctk)
    for name, seed in FILES.items():
        put(made.root / name, wav(seed))
    assert ctk("sources", "add", "lib", made.root).code == 0
    assert ctk("scan", "-q").code == 0
    return made
