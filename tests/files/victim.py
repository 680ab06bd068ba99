"""Does file operations in children that end where they are told to; see `tests.support.changing.Victims`."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctk_tui.disk import rename
from ctk_tui.files import steps
from ctk_tui.toolkit import fileworks, planning  # noqa: F401  loaded before the forks
from ctk_tui.toolkit.toolkit import Toolkit

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.model.journal import FilesReport


def apply(toolkit: Toolkit, plan: str, to: str | None = None, last_copies: bool = False) -> list[str]:
    report = toolkit.files.apply(
        toolkit.files.read_plan(Path(plan)), to=Path(to) if to else None, last_copies=last_copies
    )  # fmt: skip
    return told(report)


def undo(toolkit: Toolkit, entry: str | None = None) -> list[str]:
    return told(toolkit.files.undo(toolkit.files.reversal(entry)))


def undo_from(toolkit: Toolkit, folder: str, entry: str | None = None) -> list[str]:
    return told(toolkit.files.undo(toolkit.files.reversal_from(Path(folder), entry)))


def empty(toolkit: Toolkit, last_copies: bool = False) -> list[str]:
    return told(toolkit.files.empty(toolkit.files.emptying(), last_copies=last_copies))


def recover(toolkit: Toolkit) -> list[str]:
    return [one.words for one in toolkit.files.recover()]


def told(report: FilesReport) -> list[str]:
    return [f"{os.fsdecode(one.path)}: {one.kind}: {one.reason}" for one in report.failed]


WORK: dict[str, Callable[..., list[str]]] = {
    "apply": apply, "undo": undo, "undo_from": undo_from, "empty": empty, "recover": recover
}  # fmt: skip


def refuse(number: int) -> Callable[..., None]:
    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return refused


def child(order: dict[str, Any], out: int) -> None:
    """Do one order and write the answer."""
    passed = 0

    def count(_: str) -> None:
        nonlocal passed
        passed += 1
        if passed == order["kill"]:
            os.kill(os.getpid(), signal.SIGKILL)

    steps.on_step = count
    if order["way"] != "flag":
        rename._by_flag = refuse(errno.EINVAL)
    if order["way"] == "placeholder":
        rename._by_link = refuse(errno.EPERM)
    try:
        with Toolkit.open(Path(order["config"]), database_path=Path(order["database"])) as toolkit:
            result = WORK[order["what"]](toolkit, **order["more"])
        answer: dict[str, Any] = {"result": [passed, result]}
    except BaseException:  # noqa: BLE001  told to the test, which fails
        answer = {"error": traceback.format_exc()}
    os.write(out, json.dumps(answer).encode())


def main() -> None:
    """Take orders, a line each, until there are none."""
    for line in sys.stdin:
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            child(json.loads(line), write)
            os._exit(0)
        os.close(write)
        with open(read, "rb") as file:
            answer = file.read()
        os.waitpid(pid, 0)
        sys.stdout.write((answer.decode() or '{"result": null}') + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
