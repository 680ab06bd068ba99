"""`ctk models`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctk_tui.cli import completing, jsonform, output
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.groups import Group
from ctk_tui.cli.progress import shown, stoppable
from ctk_tui.model.errors import Cancelled, CtkError
from ctk_tui.model.format import size
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session
    from ctk_tui.model.classifying import ModelInfo

CLOSE = 1e-4
"""Probabilities of the engine and of panns-inference that are no further apart are the same."""
STATES = {
    "ok": "there, and its checksum is right",
    "own": "yours",
    "unverified": "there; `ctk models verify` takes its checksum",
    "damaged": "damaged: `ctk models fetch` downloads it again",
    "missing": "not there: `ctk models fetch` downloads it",
}

_checkpoint = click.option(
    "--checkpoint", type=click.Path(path_type=Path), metavar="PATH", shell_complete=completing.files,
    help="Weights of your own instead of the published ones.",
)  # fmt: skip


@click.group(name="models", cls=Group, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="The models as JSON.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> int | None:
    """The classifier's model: where its weights are, and whether they are what they should be."""
    if ctx.invoked_subcommand is None:
        return _list(ctx.obj, as_json=as_json)
    return None


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="The models as JSON.")
@click.pass_obj
def list_models(session: Session, *, as_json: bool) -> int:
    """What is there: file, size, checksum, licence."""
    return _list(session, as_json=as_json)


def _list(session: Session, *, as_json: bool) -> int:
    with session.open(look=False) as toolkit:
        found = toolkit.classifier.models()
    if as_json:
        output.document({"v": jsonform.VERSION, "models": [_document(one) for one in found]})
        return Exit.DONE
    for one in found:
        output.line(f"{one.name}: {STATES[one.state]}", "head")
        output.line(f"  {'file':<10}{display(str(one.path).encode('utf-8', 'surrogateescape'))}")
        if one.state != "own":
            output.line(f"  {'size':<10}{size(one.size)}")
            output.line(f"  {'sha256':<10}{one.sha256}")
            output.line(f"  {'from':<10}{one.url}")
            output.line(f"  {'licence':<10}{one.licence}; {one.credit}")
        if one.missing:
            output.line(f"  {'packages':<10}not installed: {', '.join(one.missing)}", "warn")
    return Exit.DONE


def _document(one: ModelInfo) -> dict[str, Any]:
    return {
        "name": one.name,
        **jsonform.path_fields(str(one.path).encode("utf-8", "surrogateescape")),
        "state": one.state,
        "size": one.size,
        "sha256": one.sha256,
        "url": one.url,
        "licence": one.licence,
        "credit": one.credit,
        "missing_packages": list(one.missing),
    }


@command.command(name="fetch")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.pass_obj
def fetch(session: Session, *, quiet: bool) -> int:
    """Download the published weights, 327 MB; what is there of them already is not downloaded again.

    They come from Zenodo, and their checksum is looked at before they are used.
    """
    with session.open(look=False) as toolkit, stoppable() as (job, stop), shown(job, "fetch", quiet=quiet):
        try:
            path = toolkit.classifier.fetch(job)
        except Cancelled:
            return stop.told("what came is kept, and the next fetch goes on from there")
    output.line(f"{path}: there, and its checksum is right")
    return Exit.DONE


@command.command(name="verify")
@_checkpoint
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.pass_obj
def verify(session: Session, *, checkpoint: Path | None, quiet: bool) -> int:
    """Take the checksum of the weights, load them, and compare the engine's numbers with panns-inference's own."""
    with session.open(look=False) as toolkit, stoppable() as (job, stop), shown(job, "verify", quiet=quiet):
        try:
            found = toolkit.classifier.verify(checkpoint, job)
        except Cancelled:
            return stop.told("nothing was changed")
    output.line(f"sha256 {found.sha256}: {'the published weights' if found.published else 'weights of your own'}")
    output.line(f"computed on {found.device}; probabilities are at most {found.apart:.1e} from panns-inference's")
    if found.apart > CLOSE:
        raise CtkError(f"the engine is off: {found.apart:.1e} is more than {CLOSE:.0e}",
                       "try --device cpu, or another version of torch")  # fmt: skip
    return Exit.DONE
