"""`ctk completion`, and the answers to the shells that ask by the script it prints."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete, split_arg_string

from ctk_tui.cli import output
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit

if TYPE_CHECKING:
    from typing import ClassVar

VARIABLE = "_CTK_COMPLETE"
"""Set by the script when it asks: bash_complete, zsh_complete, fish_complete."""
LINE = "_CTK_LINE"
"""The command line up to the cursor, from bash."""


class Bash(BashComplete):
    """bash takes a word apart at its colons; so it hands over the line, and gets answers from the last colon on."""

    source_template: ClassVar[str] = """\
%(complete_func)s() {
    local IFS=$'\\n' line kind value word
    COMPREPLY=()
    line=${COMP_LINE:0:COMP_POINT}
    word=${line##*[[:space:]]}
    while IFS=, read -r kind value; do
        case $kind in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain)
                [[ $COMP_WORDBREAKS == *:* ]] && value=${value#"${word%%"${word##*:}"}"}
                [[ $value == *[:,] ]] && compopt -o nospace
                COMPREPLY+=("$value") ;;
        esac
    done < <(_CTK_LINE=$line %(complete_var)s=bash_complete "$1" 2>/dev/null)
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

    def source(self) -> str:
        """Return the script; the shell that loads it is the one whose version counts."""
        return str(self.source_template % self.source_vars())

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the whole words before the cursor, and the one that it stands in."""
        line = os.environ.get(LINE, "")
        words = split_arg_string(line)
        typed = "" if not words or line[-1:].isspace() else words.pop()
        return words[1:], typed


class Fish(FishComplete):
    """click's own, for values with commas in them too."""

    source_template: ClassVar[str] = FishComplete.source_template.replace("string split", "string split -m 1")


SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": ZshComplete, "fish": Fish}


@click.command(name="completion", cls=Command)
@click.argument("shell", type=click.Choice(list(SHELLS)))
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    """Print the script that lets a shell complete the words of ctk.

    In ~/.bashrc: eval "$(ctk completion bash)"

    In ~/.zshrc, behind compinit: eval "$(ctk completion zsh)"

    In ~/.config/fish/config.fish: ctk completion fish | source
    """
    output.text_block(_of(shell, ctx.find_root().command).source())
    return Exit.DONE


def answer(cli: click.Command, asked: str) -> int:
    """Answer a shell that asks what may stand where the cursor is.

    Args:
        cli: the group of all commands.
        asked: the value of `VARIABLE`.
    """
    shell, _, what = asked.partition("_")
    if shell not in SHELLS or what != "complete":
        return Exit.USAGE
    output.raw(_of(shell, cli).complete().encode("utf-8", "replace") + b"\n")
    output.flush()
    return Exit.DONE


def _of(shell: str, cli: click.Command) -> ShellComplete:
    nothing: dict[str, Any] = {}
    return SHELLS[shell](cli, nothing, "ctk", VARIABLE)
