"""Finding one of the places where sound can come out by a word of its name."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from ctk_tui.model.errors import UsageError
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.audio.player.state import Output, PlayerState


def find_output(outputs: Sequence[Output], wanted: str) -> Output:
    """Return the output that a user means.

    Its id or its whole name decides; else what has the text in its name, backend or host, of several the one that its
    sound server would take.

    Args:
        outputs: what there is.
        wanted: what the user wrote.

    Raises:
        UsageError: nothing fits, or several do.
    """
    text = folded(wanted)
    for fits in (
        [output for output in outputs if wanted == output.id],
        [output for output in outputs if text == folded(output.name)],
        [output for output in outputs if text in folded(f"{output.name} {output.backend} {output.host}")],
    ):
        usual = [output for output in fits if output.default]
        if len(fits) == 1 or len(usual) == 1:
            return (usual or fits)[0]
        if fits:
            raise UsageError(f"{wanted!r} fits several outputs", f"write more of its name: {listed(fits)}")
    raise UsageError(f"there is no output called {wanted!r}", f"there are: {listed(outputs)}")


def listed(outputs: Sequence[Output]) -> str:
    """Return the outputs in one line, the hosts where there are several."""
    several = len({output.host for output in outputs if output.host}) > 1
    names = []
    for output in outputs:
        name = output.id if output.id == output.backend else output.name
        where = f" on {output.host}" if several and output.host else ""
        names.append(name + where + (" (the usual one)" if output.default else ""))
    return ", ".join(names)


def is_elsewhere(state: PlayerState) -> bool:
    """Return whether sound comes out of this host's loudspeakers while the keyboard is another host's."""
    return bool(state.keyboard) and state.host == platform.node()
