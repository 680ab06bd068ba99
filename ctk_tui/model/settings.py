"""The settings of ctk as values; what the file looks like is told in the top level config.toml."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

EXTENSIONS = (
    ".mp3", ".wav", ".wave", ".w64", ".rf64", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".m4b", ".aac", ".wma",
    ".aif", ".aiff", ".aifc", ".caf", ".wv",
)  # fmt: skip
EXCLUDES = (
    "**/.git/**", "**/node_modules/**", "**/__MACOSX/**", "**/._*", "**/.Trash/**", "**/.Trash-*/**",
    "**/.Trashes/**", "**/$RECYCLE.BIN/**", "**/System Volume Information/**", "**/#recycle/**", "**/@Recycle/**",
    "**/@eaDir/**", "**/.dropbox.cache/**", "**/.stversions/**", "**/.snapshots/**", "**/.zfs/**", "**/@Snapshot/**",
    "**/Backups.backupdb/**", "**/.Spotlight-V100/**",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """One `[sources.NAME]` table."""

    name: str
    """The handle: letters, digits, - and _."""
    path: Path
    """The root folder, `~` expanded, absolute."""
    enabled: bool = True
    """Whether `scan` without a name scans it."""
    exclude: tuple[str, ...] = ()
    """git-wildmatch patterns on the path relative to the source, beside those of `[scan]`."""
    protected: bool = False
    """Whether ctk may never change anything below it."""
    protect: tuple[str, ...] = ()
    """Patterns of the parts of it that are protected."""
    removable: bool = False
    """Whether being unplugged is normal (no exit 6 for it)."""
    read: Literal["local", "all"] = "local"
    """What to do with cloud placeholders: "local" lists them unread, "all" reads (downloads) them."""
    quarantine: str = ""
    """Where removed files go, "" for `.ctk-quarantine` on the file's own volume."""


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """The `[scan]` table."""

    extensions: tuple[str, ...] = EXTENSIONS
    """Lower-case, with their dot; matched case-blind."""
    min_file_size: int = 128
    """Bytes; smaller files (but not empty ones) are counted as skipped."""
    exclude: tuple[str, ...] = EXCLUDES
    """git-wildmatch patterns for every source."""
    follow_symlinks: bool = False
    """Whether links to files and folders are followed."""
    workers: int = 0
    """Worker processes for reading and parsing; 0 chooses from the cores."""


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """The `[audio]` table."""

    buffer_ms: int | Literal["auto"] = "auto"
    """Length of one device period in milliseconds."""
    volume: float = 0.8
    """Linear gain at the start, 0 to 1."""
    audition: bool | Literal["auto"] = "auto"
    """Whether moving the cursor plays; "auto" is on locally and off over SSH."""


@dataclass(frozen=True, slots=True)
class DuplicateSettings:
    """The `[duplicates]` table."""

    keep: tuple[str, ...] = ("tidy-name", "fullest-folder", "oldest", "shortest-path")
    """Keep rules, first decides."""


@dataclass(frozen=True, slots=True)
class ClassifySettings:
    """The `[classify]` table."""

    checkpoint: str = ""
    """Path of the CNN14 weights, "" for models/ in the user data folder."""
    device: str = "auto"
    """auto, cpu, cuda or cuda:N."""
    name_hints: bool = True
    """Whether words in file and folder names may help the category."""


@dataclass(frozen=True, slots=True)
class UiSettings:
    """The `[ui]` table."""

    theme: str = "ctk-dark"
    """ctk-dark, ctk-light, or the name of a Textual theme."""
    space: Literal["play", "mark"] = "play"
    """What the space bar does."""
    slow_link: bool | Literal["auto"] = "auto"
    """Whether to draw less; "auto" is on over SSH."""
    ascii: bool = False
    """Whether to draw with ASCII characters alone."""
    keys: dict[str, str] = field(default_factory=dict)
    """Action name to key."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration."""

    database: Path | None = None
    """`[database] path`; None for catalog.db in the user data folder."""
    sources: tuple[SourceSettings, ...] = ()
    """In the order of the file: the order decides which path is primary."""
    scan: ScanSettings = ScanSettings()
    audio: AudioSettings = AudioSettings()
    duplicates: DuplicateSettings = DuplicateSettings()
    classify: ClassifySettings = ClassifySettings()
    queries: dict[str, str] = field(default_factory=dict)
    """Saved queries: name to query text, used as @name."""
    ui: UiSettings = field(default_factory=UiSettings)
    open: dict[str, str] = field(default_factory=dict)
    """Programs for the key o: name to command with {path}."""

    def source(self, name: str) -> SourceSettings | None:
        """Return the source called `name`, None when there is none."""
        return next((source for source in self.sources if source.name == name), None)
