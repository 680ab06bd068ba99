"""One spelling for the share behind a network mount."""

from __future__ import annotations

import re

_BRACKETS = re.compile(r"(\[[^\]]*\]):(.*)", re.DOTALL)
"""An IPv6 address and the share behind it: [fe80::1]:/music."""


def share_identity(source: str, *, case_blind: bool = False) -> str:
    r"""Return "share:SERVER/SHARE" of a network mount's source.

    Args:
        source: what was mounted: //Nas/Music, nas:/music/, me@nas:music, \\Nas\Music, [fe80::1]:/music.
        case_blind: whether the server takes A and a for one letter in the names of shares (SMB does, NFS does not).
    """
    text = source.replace("\\", "/").rstrip("/")
    if text.startswith("//"):
        server, _, share = text[2:].partition("/")
    elif found := _BRACKETS.fullmatch(text):
        server, share = found.groups()
    elif ":" in text:
        server, _, share = text.partition(":")
    else:
        server, _, share = text.partition("/")
    share = share.lstrip("/")
    return f"share:{server.rpartition('@')[2].lower()}/{share.lower() if case_blind else share}"
