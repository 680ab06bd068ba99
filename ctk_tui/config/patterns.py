"""git-wildmatch patterns: which of them pathspec can compile, and which would match nothing.

A pattern that matches nothing is an error here and not a harmless line: in `protect` it leaves open what the user
thinks is protected.
"""

from __future__ import annotations

import re
import warnings

from ctk_tui.config.checks import BadValueError, filled
from ctk_tui.config.problems import shown
from ctk_tui.model.settings import EXCLUDES

# No file's relative path begins like this, so such a pattern is silent for ever.
_NOT_RELATIVE = re.compile(r"!?(\./|\.\./|~/|[A-Za-z]:[\\/]|\\\\)")
_FOLDER_UP = re.compile(r"(^|/)\.\.?(/|$)")
# A backslash takes the special meaning from one of these; before a letter it is a Windows habit.
_WINDOWS_BACKSLASH = re.compile(r"\\(?![\\*?\[\]!# -])(?=.)", re.DOTALL)


def pattern(value: object) -> str:
    """Take one pattern that pathspec can compile and that can match something.

    Args:
        value: what stands in the configuration.

    Raises:
        BadValueError: it is none.
    """
    text = filled(value)
    if text in EXCLUDES:
        return text  # spares every start of ctk the 45 ms that importing pathspec takes
    if _NOT_RELATIVE.match(text) or _FOLDER_UP.search(text):
        raise BadValueError(
            f"{shown(text)} matches nothing: patterns begin at the folder of the source, without ./ or ~/"
        )
    if _WINDOWS_BACKSLASH.search(text):
        raise BadValueError(f"{shown(text)} matches nothing: / stands between folders, on Windows too")
    _compile(text)
    return text


def _compile(text: str) -> None:
    import pathspec

    try:
        with warnings.catch_warnings():
            # "Possible nested set": [[:alpha:]] means a class to git, and something else to pathspec.
            warnings.simplefilter("error", FutureWarning)
            compiled = list(pathspec.GitIgnoreSpec.from_lines([text]).patterns)
    except (ValueError, re.error, FutureWarning) as error:
        reason = f": {error}" if isinstance(error, re.error | FutureWarning) else ""
        raise BadValueError(f"{shown(text)} is no git-wildmatch pattern{reason}") from None
    if all(one.include is None for one in compiled):
        hint = " (a name that begins with # is written \\\\#)" if text.startswith("#") else ""
        raise BadValueError(f"{shown(text)} matches nothing{hint}")
