"""`ctk rename`."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from typing import TYPE_CHECKING

import click

from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import worst
from ctk_tui.cli.operations import carry_out, meant, operation_options, planned
from ctk_tui.cli.selection import query_arguments
from ctk_tui.model.errors import CtkError, UsageError
from ctk_tui.model.format import count
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.cli.operations import How
    from ctk_tui.cli.selection import Wanted
    from ctk_tui.cli.session import Session


@click.command(name="rename", cls=Command, takes_query=True)
@query_arguments
@click.option("--template", metavar="T", help="{name} {ext} {category} {duration} {rate} {n:03}, or s/old/new/.")
@click.option("--edit", is_flag=True, help="Write the names in $VISUAL or $EDITOR, a name a line.")
@click.option("--with-sidecars", is_flag=True, help="Rename .asd, .sfk, .reapeaks and .cue files too.")
@operation_options
@click.pass_obj
def command(
    session: Session, *, wanted: Wanted, how: How, template: str | None, edit: bool, with_sidecars: bool
) -> int:
    """Rename files in their folders; {n} counts in the order of the list.

    `ctk undo` gives them their old names.
    """
    if edit == (template is not None):
        raise UsageError("--template says how, or --edit", "ctk rename kick --template 'kick {n:03}'")
    with session.open() as toolkit:
        files = meant(toolkit, wanted)
        if edit:
            paths = toolkit.files.names_to_edit(files.ids, query=files.query, paths=files.paths)
            names = edited([os.path.basename(path) for path in paths])
            pairs = list(zip(paths, names, strict=True))
            plan = planned(
                "rename",
                lambda job: toolkit.files.plan_rename_to(
                    pairs, with_sidecars=with_sidecars, words=files.words, job=job
                ),
            )
        else:
            assert template is not None  # for mypy: one of the two is given
            plan = planned(
                "rename",
                lambda job: toolkit.files.plan_rename(
                    files.ids, template, query=files.query, paths=files.paths, with_sidecars=with_sidecars,
                    words=files.words, job=job,
                ),
            )  # fmt: skip
        return worst([carry_out(toolkit, plan, how, "rename"), files.code])


def edited(names: Sequence[bytes]) -> list[bytes]:
    """Let the user write names in an editor; return them, as many as there were.

    Raises:
        UsageError: a name has a line break, there is no editor, or the number of lines is another one afterwards.
    """
    odd = [name for name in names if b"\n" in name or b"\r" in name]
    if odd:
        raise UsageError(
            f"{display(odd[0])} has a line break and cannot be a line in an editor", "--template renames it"
        )
    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not editor:
        raise UsageError("no editor is known", "set VISUAL or EDITOR")
    made, file = tempfile.mkstemp(".txt", "ctk-names-")  # 0600
    try:
        with open(made, "wb") as out:
            out.write(b"".join(name + b"\n" for name in names))
        try:
            subprocess.run([*editor, file], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise CtkError(f"{editor[0]}: {error}", "nothing was renamed") from error
        with open(file, "rb") as back:
            found = back.read().replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
    finally:
        os.unlink(file)
    if len(found) != len(names):
        raise UsageError(
            f"{count(len(found), 'line')} for {count(len(names), 'file')}", "a name a line, in the same order"
        )
    return found
