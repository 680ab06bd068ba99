"""Holding one folder against what the catalog knows of it: what is unchanged, what must be read, what is gone."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.catalog.problems import Problem
from ctk_tui.disk.stamps import same_time, signed
from ctk_tui.model.reading import FoundFile

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from ctk_tui.catalog.files import Row
    from ctk_tui.scan.patterns import Filter
    from ctk_tui.scan.walk import Listing

EMPTY = "empty file (0 bytes)"


def is_placeholder(status: os.stat_result, *, below_cloud_root: bool) -> bool:
    """Return whether a file's bytes are in a cloud and not on this machine."""
    if sys.platform == "win32":
        # FILE_ATTRIBUTE_OFFLINE, _RECALL_ON_OPEN, _RECALL_ON_DATA_ACCESS
        return bool(status.st_file_attributes & (0x1000 | 0x40000 | 0x400000))
    if sys.platform == "darwin":
        if status.st_flags & 0x40000000:  # SF_DATALESS
            return True
    # Elsewhere a sparse file without blocks is a file like any other.
    return below_cloud_root and status.st_size > 0 and status.st_blocks == 0


@dataclass(slots=True)
class News:
    """What one folder, or a few, brought."""

    source_id: int
    found: int = 0
    """Names with an audio extension."""
    unchanged: int = 0
    read: list[FoundFile] = field(default_factory=list)
    """To be read."""
    cloud: list[FoundFile] = field(default_factory=list)
    """Placeholders that are new or changed: to be stored unread."""
    restat: list[FoundFile] = field(default_factory=list)
    """Unchanged, but on another volume or under another protection than stored."""
    skipped: list[tuple[bytes, str]] = field(default_factory=list)
    """Relative path and reason."""
    problems: list[tuple[Problem, bool]] = field(default_factory=list)
    """What is wrong, and whether that is new."""
    other: dict[str, int] = field(default_factory=dict)
    missing: list[tuple[int, bytes]] = field(default_factory=list)
    """Ids and names of paths that are not there any more."""
    forgotten: list[int] = field(default_factory=list)
    """Ids of paths that lie there, but that the configuration now leaves out."""

    def add(self, more: News) -> None:
        """Take in the news of another folder of the same source."""
        self.found += more.found
        self.unchanged += more.unchanged
        for name in ("read", "cloud", "restat", "skipped", "problems", "missing", "forgotten"):
            getattr(self, name).extend(getattr(more, name))
        for extension, number in more.other.items():
            self.other[extension] = self.other.get(extension, 0) + number


@dataclass(slots=True)
class Comparer:
    """Compares the folders of one source.

    Args:
        source_id: its id.
        filter: which names it takes.
        min_size: bytes; smaller files are skipped.
        full: read everything again.
        problems: what earlier scans found wrong.
        volume: from device number and absolute folder to (volume id, whether its times are coarse).
        cloud_root: from a relative folder to whether it lies below a known cloud root.
        read_cloud: whether placeholders are read (downloaded) like other files.
    """

    source_id: int
    filter: Filter
    min_size: int
    full: bool
    problems: dict[bytes, Problem]
    volume: Callable[[int, bytes], tuple[int, bool]]
    cloud_root: Callable[[bytes], bool]
    read_cloud: bool

    def compare(self, listing: Listing, rows: list[Row]) -> News:
        """Return the news of one folder.

        Args:
            listing: what lies in it now.
            rows: what the catalog knows of it.
        """
        news = News(self.source_id, other=listing.other)
        if listing.error:
            self._problem(news, listing.rel, "walk", listing.error, 0, 0)
            return news
        prefix = listing.rel + b"/" if listing.rel else b""
        known = {row[2]: row for row in rows}
        volume_id, coarse = self.volume(listing.dev, listing.rel)
        in_cloud = self.cloud_root(listing.rel)
        for name, status in listing.files:
            rel = prefix + name
            row = known.pop(rel, None)
            news.found += 1
            # The usual case of a re-scan, kept short: it decides what 200,000 unchanged files cost.
            if (
                row is not None
                and row[3] == status.st_size
                and row[4] == status.st_mtime_ns
                and row[5] == status.st_ino
                and row[6] == volume_id
                and row[7] == "present"
                and not (self.full or row[8] or in_cloud)
                and status.st_size >= self.min_size
                and row[9] == self.filter.protects(rel)
                and rel not in self.problems
            ):
                news.unchanged += 1
                continue
            self._file(news, rel, status, row, volume_id, coarse=coarse, in_cloud=in_cloud)
        if listing.stubs:
            real = {name for name, _ in listing.files}
            for name, status in listing.stubs:
                if name not in real:
                    news.found += 1
                    row = known.pop(prefix + name, None)
                    self._file(news, prefix + name, status, row, volume_id, coarse=coarse, in_cloud=True, stub=True)
        for odd in listing.odd:
            news.found += 1
            rel = prefix + odd.name
            if odd.unsure:
                known.pop(rel, None)
            if odd.wrong:
                self._problem(news, rel, "walk", odd.what, 0, 0)
            else:
                news.skipped.append((rel, odd.what))
        self._gone(news, list(known.values()), volume_id)
        return news

    def _gone(self, news: News, rows: list[Row], volume_id: int) -> None:
        for row in rows:
            rel = row[2]
            if not self.filter.takes_file(rel, rel.rpartition(b"/")[2]):
                news.forgotten.append(row[0])
            elif row[7] == "present" and row[6] == volume_id:
                news.missing.append((row[0], rel))

    def _problem(self, news: News, rel: bytes, stage: str, reason: str, size: int, mtime_ns: int) -> None:
        before = self.problems.get(rel)
        known = before is not None and (before.stage, before.reason) == (stage, reason)
        news.problems.append((Problem(self.source_id, rel, stage, reason, size, mtime_ns), not known))

    def _small(self, news: News, rel: bytes, status: os.stat_result, row: Row | None) -> None:
        size = status.st_size
        if size == 0:
            self._problem(news, rel, "read", EMPTY, 0, status.st_mtime_ns)
        else:
            news.skipped.append((rel, f"{size} bytes, min_file_size is {self.min_size}"))
        if row is not None and row[3] == size:
            news.forgotten.append(row[0])  # it is what it was, and the configuration now leaves it out
        elif row is not None and row[7] == "present":
            news.missing.append((row[0], rel))  # the bytes that the catalog knows are not there any more

    def _file(
        self,
        news: News,
        rel: bytes,
        status: os.stat_result,
        row: Row | None,
        volume_id: int,
        *,
        coarse: bool,
        in_cloud: bool,
        stub: bool = False,
    ) -> None:
        size, mtime_ns = status.st_size, status.st_mtime_ns
        if size < self.min_size:
            self._small(news, rel, status, row)
            return
        cloud = stub or (is_placeholder(status, below_cloud_root=in_cloud) and not self.read_cloud)
        before = self.problems.get(rel)
        if before is not None and before.stage == "decode" and row is not None and not self.full:
            as_before = row[3] == size and row[5] == signed(status.st_ino) and row[7] == "present"
            if as_before and same_time(row[4], mtime_ns, coarse=coarse):
                news.problems.append((before, False))
                return
        same = row is not None and row[3] == size and same_time(row[4], mtime_ns, coarse=coarse)
        found = FoundFile(
            self.source_id, rel, size, mtime_ns, signed(status.st_ino), volume_id, cloud, self.filter.protects(rel),
            row[0] if row else None, row[1] if row else None, same, self.full,
        )  # fmt: skip
        if cloud:
            if not same:
                news.cloud.append(found)
                return
        elif row is None or not same or self.full or row[7] != "present" or row[5] != found.inode or row[8]:
            news.read.append(found)
            return
        assert row is not None  # for mypy: `same` implies it
        news.unchanged += 1
        if (row[6], row[7], bool(row[8]), bool(row[9])) != (volume_id, "present", cloud, found.protected):
            news.restat.append(found)
