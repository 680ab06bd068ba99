"""Which names of a source are looked at: extensions, exclude patterns, and names that are never touched."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from ctk_tui.disk.own import QUARANTINE, TEMPORARY

AUDIO_LIKE = frozenset(
    (
        ".rx2", ".rex", ".rcy", ".mogg", ".ape", ".dsf", ".dff", ".mp2", ".mp1", ".mpc", ".ac3", ".eac3", ".dts",
        ".tta", ".tak", ".sd2", ".snd", ".au", ".voc", ".amr", ".awb", ".3ga", ".ra", ".ram", ".spx", ".gsm",
        ".mka", ".weba", ".webm", ".mid", ".midi", ".kar", ".mod", ".xm", ".it", ".s3m", ".sf2", ".sfz", ".sfark",
        ".nki", ".nkx", ".ncw", ".exs", ".aup", ".aup3", ".aax", ".aa", ".m4p", ".m4r", ".vox", ".bwf", ".iff",
        ".8svx", ".sds", ".syx", ".stem", ".omf", ".adg", ".alc", ".wvc", ".shn", ".la", ".ofr", ".pcm", ".raw",
        ".mp4",
    )
)  # fmt: skip
"""Extensions that sound lovers know and a scan counts in its report where it does not read them."""


@dataclass(frozen=True, slots=True)
class Filter:
    """The names that a walk of one source lets through.

    The patterns are git's: one that ends in /** or names a folder takes all below it, so folders are asked once and
    files only the patterns that can name a file.
    """

    extensions: frozenset[bytes]
    """Lower-case, with their dot."""
    folders: re.Pattern[bytes] | None
    """Matches the relative path of an excluded folder, a slash at its end."""
    files: re.Pattern[bytes] | None
    """Matches the relative path of an excluded file."""
    protected: re.Pattern[bytes] | None
    """Matches the relative path of a protected file."""
    whole_protected: bool = False
    """Whether all of the source is."""

    def takes_folder(self, rel: bytes, name: bytes) -> bool:
        """Return whether the folder at `rel` is walked."""
        if name == QUARANTINE:
            return False
        return self.folders is None or self.folders.match(rel + b"/") is None

    def takes_file(self, rel: bytes, name: bytes) -> bool:
        """Return whether the file at `rel` is catalogued, its folder being walked."""
        dot = name.rfind(b".")
        if dot < 0 or name[dot:].lower() not in self.extensions or name.startswith(TEMPORARY):
            return False
        return self.files is None or self.files.match(rel) is None

    def protects(self, rel: bytes) -> bool:
        """Return whether ctk may not change the file at `rel`."""
        return self.whole_protected or (self.protected is not None and self.protected.match(rel) is not None)


def make_filter(
    extensions: tuple[str, ...],
    exclude: tuple[str, ...],
    protect: tuple[str, ...],
    *,
    whole_protected: bool,
    case_blind: bool,
) -> Filter:
    """Compile the patterns of a source.

    Args:
        extensions: lower-case, with their dot.
        exclude: git-wildmatch patterns.
        protect: the same, for the protected parts.
        whole_protected: whether all of the source is protected.
        case_blind: whether the volume takes A and a for one letter.
    """
    folder_only = tuple(pattern for pattern in exclude if pattern.endswith(("/**", "/")))
    return Filter(
        frozenset(os.fsencode(extension) for extension in extensions),
        compiled(exclude, case_blind=case_blind),
        compiled(tuple(pattern for pattern in exclude if pattern not in folder_only), case_blind=case_blind),
        compiled(protect, case_blind=case_blind),
        whole_protected,
    )


def compiled(patterns: tuple[str, ...], *, case_blind: bool) -> re.Pattern[bytes] | None:
    """Return one expression that matches what any of the git-wildmatch patterns matches, None for no pattern.

    Relative paths are matched as bytes: names that are not UTF-8 are matched like any other.
    """
    if not patterns:
        return None
    # Imported now: most sources have no patterns, and opening a catalog asks for those of all of them.
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    parts = []
    for pattern in patterns:
        expression, include = GitIgnoreSpecPattern.pattern_to_regex(pattern)
        if expression is None or not include:
            continue  # a comment, an empty line; negations are refused when the configuration is loaded
        text = expression if isinstance(expression, str) else expression.decode()
        # pathspec names the group that finds the end of a folder; one expression cannot hold a name twice.
        parts.append(re.sub(r"\(\?P<\w+>", "(?:", text))
    if not parts:
        return None
    return re.compile("|".join(parts).encode("utf-8", "surrogateescape"), re.IGNORECASE if case_blind else 0)
