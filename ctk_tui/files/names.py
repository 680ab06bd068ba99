"""Whether a volume can hold a file name, and whether it is wise to give it."""

from __future__ import annotations

import re

from ctk_tui.disk.own import QUARANTINE, TEMPORARY
from ctk_tui.model.text import display, folded

LONGEST = 255
"""Bytes that a name may have on nearly every file system."""
_DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?: *\..*)? *")
"""Names that Windows keeps for devices, whatever follows the dot."""
_WINDOWS = re.compile(r'[<>:"|?*\\\x00-\x1f]')
"""Characters that FAT, exFAT, NTFS and Windows' shares refuse."""
WINDOWS_KINDS = frozenset(
    ("vfat", "msdos", "exfat", "fat", "fat32", "ntfs", "ntfs3", "fuseblk", "cifs", "smb3", "smbfs")
)
"""File systems with Windows' rules for names."""
_MAC = frozenset((".ds_store", "icon\r", ".localized", ".fseventsd", ".volumeicon.icns"))


def cannot_hold(name: bytes, fstype: str) -> str:
    """Return why a volume cannot hold a name, "" when it can.

    Args:
        name: a file name without a folder.
        fstype: the volume's kind of file system.
    """
    if name in (b"", b".", b".."):
        return "it is no name"
    if b"/" in name or b"\0" in name:
        return "a name holds no slash and no NUL"
    if len(name) > LONGEST:
        return f"a name has {LONGEST} bytes at most, this one has {len(name)}"
    if name == QUARANTINE or name.startswith(TEMPORARY):
        return "ctk keeps that name for itself"
    if fstype.lower() not in WINDOWS_KINDS:
        return ""
    text = display(name)
    bad = _WINDOWS.search(text)
    if bad:
        return f"its volume ({fstype}) holds no {bad.group()!r} in a name"
    if text.endswith((".", " ")):
        return f"on its volume ({fstype}) a name cannot end in a dot or a blank"
    if _DEVICE.fullmatch(text):
        return "Windows keeps that name for a device"
    try:
        name.decode()
    except UnicodeDecodeError:
        return f"its volume ({fstype}) holds names in Unicode alone, and this one is not UTF-8"
    return ""


def unwise(name: bytes, fstype: str) -> str:
    """Return why a file should not be given a name, "" when it may; stricter than `cannot_hold`: drives travel."""
    wrong = cannot_hold(name, fstype)
    if wrong:
        return wrong
    text = display(name)
    if _DEVICE.fullmatch(text):
        return "Windows keeps that name for a device"
    if text.casefold() in _MAC or text.startswith("._"):
        return "macOS keeps that name for itself"
    if text.endswith((".", " ")) or text.startswith(" "):
        return "Windows cannot open a name that begins with a blank or ends in a blank or a dot"
    if "\\" in text or ":" in text:
        return "Windows and macOS take \\ and : for separators of folders"
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        return "a name that ctk gives has no control characters"
    return ""


def key(name: bytes, *, case_blind: bool) -> bytes:
    """Return what is equal for names that a volume takes for one."""
    return folded(display(name)).encode("utf-8", "surrogatepass") if case_blind else name
