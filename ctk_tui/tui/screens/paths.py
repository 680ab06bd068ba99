"""What is done with the paths of files: copying them to the clipboard, and handing them to other programs."""

from __future__ import annotations

import shlex
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from rich.text import Text

from ctk_tui.model.text import display, safe
from ctk_tui.tui.dialogs.choice import Choice
from ctk_tui.tui.present.words import name
from ctk_tui.tui.screens.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctk_tui.model.entry import AudioEntry

MOST = 10_000
"""Paths that go to the clipboard: terminals drop long ones without a word."""


class PathActions(View):
    """A view whose rows are audio files."""

    async def chosen(self) -> list[AudioEntry]:
        """Return the marked files in the list's order, or the one under the cursor."""
        table = self.table
        ids = sorted(table.marks) or ([] if table.view.current is None else [table.view.current])
        found = await self.ctk.bridge.run("rows", lambda: list(self.ctk.toolkit.catalog.entries(ids[:MOST])))
        return sorted(found, key=lambda entry: entry.path) if table.marks else found

    def _copy(self, texts: Sequence[str]) -> None:
        """Put texts, one a line, on the clipboard of the terminal, and show them: some terminals refuse in silence."""
        self.ctk.copy_to_clipboard("\n".join(texts))
        more = f"  (and {len(texts) - 1:,} more)" if len(texts) > 1 else ""
        self.ctk.tell(f"copied: {safe(texts[0])}{more}")

    async def do_yank(self) -> None:
        """Copy the paths."""
        found = await self.chosen()
        if found:
            self._copy([as_text(entry.path) for entry in found])

    async def do_yank_choice(self) -> None:
        """Copy the paths in one of several forms."""
        found = await self.chosen()
        if not found:
            return
        first, quiet = found[0], self.ctk.look.quiet
        forms: dict[str, Callable[[AudioEntry], str]] = {
            "name": lambda entry: as_text(entry.filename),
            "folder": lambda entry: as_text(entry.directory),
            "quoted for a shell": lambda entry: quoted(entry.path),
            "file URI": lambda entry: "file://" + quote(entry.path),
        }
        options = [
            (form, Text.assemble(f"{form:<20}", (name(make(first).encode("utf-8", "surrogateescape")), quiet)))
            for form, make in forms.items()
        ]
        form = await self.ctk.ask(Choice("Copy", options))
        if form is not None:
            self._copy([forms[form](entry) for entry in found])

    async def do_open_with(self) -> None:
        """Open the files with a program of the configuration's, or show the folder."""
        found = await self.chosen()
        if not found:
            return
        programs = self.ctk.toolkit.settings.open
        options = [
            (program, Text.assemble(f"{program:<16}", (command, self.ctk.look.quiet)))
            for program, command in programs.items()
        ]
        options.append(("", Text("show in its folder")))
        chosen = await self.ctk.ask(Choice("Open with", options))
        if chosen is None:
            return
        if chosen:
            command = shlex.split(programs[chosen])
            words = [display(entry.path) for entry in found]
            self._launch(filled(command, [entry.path for entry in found]), chosen, words[0])
        else:
            folder = Path(found[0].directory.decode("utf-8", "surrogateescape"))
            self._launch([*_revealer(), folder], "the file manager", str(folder))

    def _launch(self, command: Sequence[str | bytes | Path], program: str, what: str) -> None:
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            self.ctk.tell(
                f"{program}: {error.strerror}", hint="[open] in the configuration names the command", bad=True
            )
        else:
            # Nobody asks what becomes of it, but somebody has to take note of its end.
            threading.Thread(target=process.wait, name="ctk opened", daemon=True).start()
            self.ctk.tell(f"{program} has {safe(what)}")


def as_text(path: bytes) -> str:
    """Return a path as the clipboard takes it: as it is, or quoted where bytes or controls would be lost."""
    try:
        text = path.decode()
    except UnicodeDecodeError:
        return quoted(path)
    return text if safe(text) == text else quoted(path)


def quoted(path: bytes) -> str:
    """Return a path as a word of the shell; $'...' where it holds controls or bytes that are not UTF-8."""
    try:
        text = path.decode()
    except UnicodeDecodeError:
        text = ""
    if text and safe(text) == text:
        return shlex.quote(text)
    plain = {0x5C: "\\\\", 0x27: "\\'"}
    return (
        "$'" + "".join(plain.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}") for byte in path) + "'"
    )


def filled(command: Sequence[str], paths: Sequence[bytes]) -> list[str | bytes]:
    """Return the words of a command with the paths in place of `{path}`, or behind them where it stands nowhere."""
    made: list[str | bytes] = []
    if not any("{path}" in word for word in command):
        return [*command, *paths]
    for word in command:
        if word == "{path}":
            made += paths
        elif "{path}" in word:
            made += [word.encode().replace(b"{path}", path) for path in paths]
        else:
            made.append(word)
    return made


def _revealer() -> list[str]:
    if sys.platform == "darwin":
        return ["open"]
    return ["explorer"] if sys.platform == "win32" else ["xdg-open"]
