"""Every key of the table, on every screen, in a real terminal: the app goes on, and ends as it should."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psutil
import pytest

from ctk_tui.tui.actions import ACTIONS, BY_NAME, CATALOG, CATEGORY_KEYS, DUPLICATES, HISTORY, SOURCES, VIEWS
from ctk_tui.tui.commands import SWITCHES
from ctk_tui.tui.keymap import Grammar, keymap
from tests.support.classified import classify, result
from tests.support.library import Library, put, wav
from tests.support.pulse import PulseServer
from tests.support.tmux import Tmux

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

pytestmark = pytest.mark.needs("tmux", "pulseaudio")

KEYS = {
    "down": "Down", "up": "Up", "left": "Left", "right": "Right", "home": "Home", "end": "End", "pagedown": "NPage",
    "pageup": "PPage", "enter": "Enter", "escape": "Escape", "space": "Space", "tab": "Tab", "shift+tab": "BTab",
    "ctrl+space": "C-Space",
}  # fmt: skip
"""What tmux calls keys that are neither printable nor ctrl with a letter."""
GOES = {CATALOG: "1", SOURCES: "2", DUPLICATES: "3", HISTORY: "gh"}
ESCAPE = b"\x1b[27u"
"""As terminals send it that tell it from the begin of another key: what follows at once is a key of its own."""
DEEPEST = 4
"""What there may be to leave: a dialog, a range, the sound, the filter."""
ELSEWHERE = {*SWITCHES, "enter"}
"""Actions that may show another screen."""
LATER = {"suspend", "quit"}
"""These give the terminal back."""

SIGNS = {CATALOG: "CATEGORY", SOURCES: "LAST SCAN", DUPLICATES: "WASTED", HISTORY: "ASKED FOR"}
"""The title of a column that no other screen has."""
EVERYWHERE = {
    **{action: SIGNS[view] for action, view in SWITCHES.items()},
    "jobs": "its log",
    "output": "Sound comes out at",
    "scan": "scan is done",
    "palette": "History of operations",
    "help": "The sources",
}
COMES: dict[str, dict[str, str]] = {
    CATALOG: {
        "similar": "that sound like",
        "yank": "copied: ",
        "yank_choice": "file URI",
        "open_with": "show in its folder",
        "copy_to": "Copy .*: to which folder",
        "remove": "Quarantine [0-9]+ file",
        "rename": "Rename [0-9]+ file",
        "move": "Move .*: to which folder",
        "undo": "Take back",
        **{f"category_{category}": f"files?: {category}" for category in CATEGORY_KEYS},
        "category_auto": "what the classifier says",
        "classify": "Classify which sounds",
    },
    SOURCES: {
        "enter": "/ source:one",
        "undo": "Take back",
        "add_source": "Add a source: which folder",
        "relocate_source": "Where does one lie now",
        "protect_source": "Which part of one",
        "remove_source": "Forget the [0-9]+ paths",
        "errors": "Everything could be read",
    },
    DUPLICATES: {
        "near": "(?i)near",
        "yank": "copied: ",
        "yank_choice": "file URI",
        "open_with": "show in its folder",
        "remove": "Quarantine [0-9]+ file|no copy is marked",
        "undo": "Take back",
        "clean_up": "The first rule that can decides",
    },
    HISTORY: {"enter": "gone[.]wav", "undo": "Take back"},
}
"""What is seen of an action whose work is done beside the screen, or that asks: the next key comes behind it."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Sounds with copies, all classified, and an operation that can be taken back."""
    for number in range(3):
        put(tmp_path / "one" / f"kick {number}.wav", wav(number, frames=4000))
        put(tmp_path / "one" / f"kick {number} copy.wav", wav(number, frames=4000))
    put(tmp_path / "one" / "gone.wav", wav(9))
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one"}, extra="[audio]\naudition = false\n\n")
    made.scan()
    paths = {Path(path.decode()).name: audio_id for path, audio_id in made.paths().items()}
    classify(made.toolkit.database, [result(made.toolkit.database, audio_id) for audio_id in sorted({*paths.values()})])
    files = made.toolkit.files
    files.apply(files.plan_delete([paths["gone.wav"]]), last_copies=True)
    yield made
    made.close()


class Walk:
    """Somebody who tries all keys on one screen.

    Args:
        terminal: where ctk runs.
        view: the screen.
    """

    def __init__(self, terminal: Tmux, view: str) -> None:
        self._terminal = terminal
        self._view = view
        self._looping = False
        self.app = terminal.app()
        self.pressed = ""
        """The key that is tried, as the table of actions names it."""

    def sees(self, pattern: str) -> None:
        """Wait until something stands on the screen; the app must be there, and nothing may have broken it."""
        self._until(lambda shown: re.search(pattern, shown) is not None, pattern)

    def _until(self, condition: Callable[[str], bool], what: str) -> None:
        def holds(shown: str) -> bool:
            goes_on = self.app.is_running() and "Traceback" not in shown
            assert goes_on, f"{self.pressed} on {self._view} ends the app\n{shown}"
            return condition(shown)

        self._terminal.until(holds, f"{what}, after {self.pressed} on {self._view}")

    def home(self, done: Collection[str] = ()) -> None:
        """Leave whatever is open, go to the screen, and see that all keys so far were taken: the last one shows it.

        Args:
            done: actions since it was left last.
        """
        goes = GOES[self._view] if ELSEWHERE.intersection(done) else ""
        self._terminal.send_bytes(ESCAPE * DEEPEST + f"{goes}R".encode())
        self._loops()
        self._until(lambda shown: "╭" not in shown and SIGNS[self._view] in shown, f"{self._view} alone")

    def _loops(self) -> None:
        """See that the key for looping was taken once more."""
        self._looping = not self._looping
        off = r"(%|muted)  loop off"
        on = r"(%|muted)  loop  "
        self.sees(on if self._looping else off)

    def strike(self, key: str) -> list[str]:
        """Press a key or chord, and return the actions that it is on this screen, once their effect is seen."""
        self.pressed = key
        grammar, done = Grammar(keymap({})), []
        for part in key.split(" "):
            if len(part) == 1:
                self._terminal.write(part)
            else:
                self._terminal.press(KEYS.get(part) or f"C-{part.removeprefix('ctrl+')}")
            action = grammar.feed(self._view, part)
            if action is None:
                continue
            done.append(action.name)
            if action.name == "loop":
                self._loops()
            comes = COMES[self._view].get(action.name) or EVERYWHERE.get(action.name)
            if comes:
                self.sees(comes)
        return done


@pytest.mark.parametrize("view", VIEWS)
def test_every_key_of_every_action(view: str, library: Library, tmp_path: Path) -> None:
    record = tmp_path / "sent"
    arguments = ("--config", str(library.config), "--db", str(library.database))
    with (
        TemporaryDirectory(prefix="ctk", dir="/tmp") as socket,
        PulseServer() as server,
        Tmux(Path(socket), *arguments, environ=server.environ, record=record, shell=True) as terminal,
    ):
        terminal.begin()
        terminal.sees("CATEGORY")
        walk = Walk(terminal, view)
        walk.home(SWITCHES)
        for action in ACTIONS:
            if action.name in LATER:
                continue
            for key in action.keys:
                done = walk.strike(key)
                assert view not in action.views or done == [action.name], f"{key} is {done}"
                if "near" in done:
                    walk.strike(key)  # exact ones again: there are some
                walk.home(done)
        [stop] = BY_NAME["suspend"].keys
        walk.strike(stop)
        terminal.sees("Stopped")
        assert walk.app.status() == psutil.STATUS_STOPPED
        terminal.write("fg")
        terminal.press("Enter")
        walk.sees(f"(?s)^ ctk .*{SIGNS[view]}.*: all  [?] help")
        walk.home()
        assert terminal.app() == walk.app
        first, *others = BY_NAME["quit"].keys
        walk.strike(first)
        assert terminal.ended(walk.app) == 0
        for key in others:
            terminal.begin()
            terminal.sees("CATEGORY")
            walk.app = terminal.app()
            terminal.write(GOES[view])
            walk.sees(SIGNS[view])
            walk.strike(key)
            assert terminal.ended(walk.app) == 0
    assert b"Traceback" not in record.read_bytes()
    assert not [check for check in library.toolkit.doctor.checks() if check.status == "error"]
