"""Every action of the app, once: its keys, its words in palette, footer and help, and where it is meant.

What an action does stands in a method `do_NAME` of a view, of `Hearing` or of `Commands`; why it is not possible now is
told by `why_not(NAME)` of the same object. docs/keys.md is made from this table, and a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.model.audio import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Iterator

CATALOG, SOURCES, DUPLICATES, HISTORY = "catalog", "sources", "duplicates", "history"
MOVING = "Moving"
"""The group of the actions that move the cursor."""
VIEWS = (CATALOG, SOURCES, DUPLICATES, HISTORY)
"""The screens, by the name of their view."""
_SOUNDS = (CATALOG, DUPLICATES)
"""The views whose rows are audio files."""
_ROWS = (CATALOG, DUPLICATES, HISTORY)
"""The views whose rows can be marked."""

CATEGORY_KEYS = dict(zip(CATEGORIES, "dsvbgxo", strict=True))
"""The second key of a chord for a category: drums d, synth s, vocal v, bass b, guitar g, fx x, other o."""
SORT_KEYS = {
    "name": "n", "duration": "d", "size": "s", "modified": "m", "added": "a", "path": "p", "category": "c",
    "confidence": "k", "format": "f",
}  # fmt: skip
"""The second key of a chord for a sort; its capital reverses."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a user can do."""

    name: str
    """What `[ui.keys]` calls it; the part after `do_` of its method."""
    title: str
    """What palette and help say."""
    keys: tuple[str, ...]
    """Its keys as Textual names them, printable ones as themselves; a chord is two with a space between."""
    group: str
    """The heading in the help."""
    footer: str = ""
    """Its word in the footer, "" for none."""
    views: tuple[str, ...] = VIEWS
    """Where it is meant."""
    command: str = ""
    """The command line that does the same, "" where that makes no sense."""


def _screens() -> Iterator[Action]:
    yield Action("show_catalog", "The catalog", ("1", "g c"), "Screens", command="ctk search")
    yield Action("show_sources", "The sources", ("2", "g s"), "Screens", command="ctk sources")
    yield Action("show_duplicates", "Duplicates", ("3", "g d"), "Screens", command="ctk dupes")
    yield Action("show_history", "History of operations", ("g h",), "Screens", command="ctk history")
    yield Action("jobs", "Jobs: progress, cancel, log", ("J",), "Screens", command="ctk jobs")


def _moving() -> Iterator[Action]:
    yield Action("down", "Down", ("j", "down"), MOVING)
    yield Action("up", "Up", ("k", "up"), MOVING)
    yield Action("first", "First row", ("g g", "home"), MOVING)
    yield Action("last", "Last row", ("G", "end"), MOVING)
    yield Action("half_down", "Half a page down", ("ctrl+d",), MOVING)
    yield Action("half_up", "Half a page up", ("ctrl+u",), MOVING)
    yield Action("page_down", "A page down", ("ctrl+f", "pagedown"), MOVING)
    yield Action("page_up", "A page up", ("pageup",), MOVING)
    yield Action("enter", "Play from the start; in lists: open", ("enter",), MOVING, "open")
    yield Action("escape", "Leave the innermost: range, query, sound, filter", ("escape",), MOVING, "back")


def _hearing() -> Iterator[Action]:
    yield Action("play_pause", "Play or pause", ("space",), "Hearing", "play", command="ctk play")
    yield Action("stop", "Stop", ("s",), "Hearing", views=(CATALOG, DUPLICATES, HISTORY, SOURCES))
    yield Action("back", "Back 5 seconds (a tenth of a short file)", ("h", "left"), "Hearing")
    yield Action("forward", "On 5 seconds (a tenth of a short file)", ("l", "right"), "Hearing")
    yield Action("back_tenth", "Back a tenth", ("H", "["), "Hearing")
    yield Action("forward_tenth", "On a tenth", ("L", "]"), "Hearing")
    yield Action("to_start", "To the start", ("0", "g r"), "Hearing")
    yield Action("play_previous", "Previous, and play", ("<",), "Hearing", views=_SOUNDS)
    yield Action("play_next", "Next, and play", (">",), "Hearing", views=_SOUNDS)
    yield Action("play_on", "Play on through the list", ("ctrl+space",), "Hearing", views=_SOUNDS, command="ctk play")
    yield Action("volume_down", "Quieter", ("-",), "Hearing")
    yield Action("volume_up", "Louder", ("=", "+"), "Hearing")
    yield Action("mute", "Mute", ("M",), "Hearing")
    yield Action("loop", "Loop", ("R",), "Hearing", command="ctk play --loop")
    yield Action("audition", "Audition: play what the cursor passes", ("a",), "Hearing")
    yield Action("output", "Choose where sound comes out", ("O",), "Hearing", command="ctk play --output")


def _finding() -> Iterator[Action]:
    yield Action("query", "Search", ("/", "f f"), "Finding", "search", views=_SOUNDS, command="ctk search")
    for category, key in CATEGORY_KEYS.items():
        yield Action(
            f"only_{category}", f"Only {category}; again: all", (f"f {key}",), "Finding", views=(CATALOG,),
            command=f"ctk search category:{category}",
        )  # fmt: skip
    yield Action("only_marked", "Only marked; again: all", ("f m",), "Finding", views=(CATALOG,))
    for name, key in SORT_KEYS.items():
        sort = f"ctk search --sort {name}"
        yield Action(f"sort_{name}", f"Sort by {name}", (f", {key}",), "Sorting", views=(CATALOG,), command=sort)
        yield Action(
            f"sort_{name}_back", f"Sort by {name}, backwards", (f", {key.upper()}",), "Sorting", views=(CATALOG,),
            command=f"{sort}-",
        )  # fmt: skip
    yield Action(
        "similar",
        "What sounds like this one; again: all",
        ("w",),
        "Finding",
        "similar",
        views=(CATALOG,),
        command="ctk similar",
    )


def _marking() -> Iterator[Action]:
    yield Action("mark", "Mark, and on to the next", ("m",), "Marking", "mark", views=_ROWS)
    yield Action("range", "Begin a range; again: mark it", ("v",), "Marking", views=_SOUNDS)
    yield Action("unmark", "Unmark, and on to the next", ("u",), "Marking", views=_ROWS)
    yield Action("clear_marks", "Clear all marks", ("U",), "Marking", views=_ROWS)
    yield Action("last_marks", "Bring the last marks back", ("g v",), "Marking", views=_SOUNDS)
    yield Action("mark_all", "Mark all listed", ("*",), "Marking", views=(CATALOG,))


def _doing() -> Iterator[Action]:
    yield Action("yank", "Copy the path", ("y",), "Doing", views=_SOUNDS, command="ctk search --paths")
    yield Action("yank_choice", "Copy name, folder, quoted path or URI", ("Y",), "Doing", views=_SOUNDS)
    yield Action("open_with", "Open with a program, or show in its folder", ("o",), "Doing", views=_SOUNDS)
    yield Action(
        "copy_to", "Copy or link to a folder", ("c",), "Doing", "copy to", views=(CATALOG,), command="ctk copy"
    )
    yield Action("remove", "Remove: to quarantine", ("d",), "Doing", "remove", views=_SOUNDS, command="ctk delete")
    yield Action("rename", "Rename", ("r",), "Doing", views=(CATALOG,), command="ctk rename")
    yield Action("move", "Move: it leaves the library", ("p",), "Doing", views=(CATALOG,), command="ctk move")
    yield Action("undo", "Undo the last operation or change of category", ("z",), "Doing", "undo", command="ctk undo")
    for category, key in CATEGORY_KEYS.items():
        yield Action(
            f"category_{category}", f"It is {category}", (f"C {key}",), "Knowing", views=(CATALOG,),
            command=f"ctk category --set {category}",
        )  # fmt: skip
    yield Action(
        "category_auto", "What the classifier says", ("C a",), "Knowing", views=(CATALOG,),
        command="ctk category --set auto",
    )  # fmt: skip
    yield Action(
        "classify", "Classify marked, or all not yet known", ("I",), "Knowing", views=(CATALOG,), command="ctk classify"
    )
    yield Action("details", "Details", ("i",), "Doing", "details", views=(CATALOG,), command="ctk show")
    yield Action("scan", "Scan", ("S",), "Doing", "scan", views=VIEWS, command="ctk scan")


def _sources() -> Iterator[Action]:
    here = (SOURCES,)
    yield Action("add_source", "Add a source", ("A",), "Sources", "add", views=here, command="ctk sources add")
    yield Action(
        "toggle_source", "Enable or disable", ("e",), "Sources", "on/off", views=here, command="ctk sources enable"
    )
    yield Action(
        "relocate_source", "It lies elsewhere now", ("r",), "Sources", "relocate", views=here,
        command="ctk sources relocate",
    )  # fmt: skip
    yield Action(
        "protect_source", "Protect parts of it", ("P",), "Sources", "protect", views=here, command="ctk sources protect"
    )
    yield Action(
        "remove_source", "Remove; its files stay", ("x",), "Sources", "remove", views=here, command="ctk sources remove"
    )
    yield Action("errors", "What could not be read", ("E",), "Sources", "errors", views=here, command="ctk doctor")


def _duplicates() -> Iterator[Action]:
    here = (DUPLICATES,)
    yield Action("other_pane", "The other pane", ("tab", "shift+tab"), "Duplicates", "pane", views=here)
    yield Action("next_group", "Next group", ("n",), "Duplicates", "next", views=here)
    yield Action("previous_group", "Previous group", ("N",), "Duplicates", views=here)
    yield Action("near", "Exact or near", ("t",), "Duplicates", "exact/near", views=here, command="ctk dupes --near")
    yield Action("compare", "Keeper and this one in turn", ("b",), "Duplicates", "compare", views=here)
    yield Action(
        "clean_up",
        "Clean up by rules: a plan for all groups",
        ("X",),
        "Duplicates",
        "clean up",
        views=here,
        command="ctk dupes plan",
    )
    yield Action("keeper", "This one stays", ("K",), "Duplicates", "keep", views=here, command="ctk dupes plan --keep")


def _app() -> Iterator[Action]:
    yield Action("palette", "All actions", (":", "ctrl+p"), "ctk", "all")
    yield Action("help", "Help for this screen", ("?",), "ctk", "help", command="ctk --help")
    yield Action("redraw", "Draw everything anew", ("ctrl+l",), "ctk")
    yield Action("suspend", "Suspend", ("ctrl+z",), "ctk")
    yield Action("quit", "Quit", ("q", "ctrl+q"), "ctk")


ACTIONS: tuple[Action, ...] = (
    *_screens(), *_moving(), *_hearing(), *_finding(), *_marking(), *_doing(), *_sources(), *_duplicates(), *_app(),
)  # fmt: skip
"""All of them, in the order of help and palette."""
BY_NAME = {action.name: action for action in ACTIONS}
"""Action by name."""
