"""The naive recipe that ctk is measured against: one ffprobe a file, in four threads.

It walks with pathlib, hashes the first and the last 64 KiB and the size with xxh64, starts ffprobe for every file,
keeps the first path of a hash as the file and all others as duplicates, and commits every 100 files.
Nothing proves that two files of one hash are the same.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import xxhash

BLOCK = 64 * 1024
EXTENSIONS = {".wav", ".mp3", ".flac", ".ogg", ".m4a", ".aac", ".aif", ".aiff", ".wma"}
TABLES = """
CREATE TABLE audio_files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, size INTEGER, hash TEXT NOT NULL UNIQUE, duration REAL, rate INTEGER,
    channels INTEGER, format TEXT, bits INTEGER, modified REAL);
CREATE TABLE duplicate_paths (path TEXT PRIMARY KEY, hash TEXT NOT NULL, original INTEGER REFERENCES audio_files);
"""


def quick_hash(path: Path, size: int) -> str:
    """Return xxh64 of the first 64 KiB, the last 64 KiB where there is more, and the size."""
    state = xxhash.xxh64()
    with path.open("rb") as file:
        state.update(file.read(BLOCK))
        if size > BLOCK:
            file.seek(-BLOCK, os.SEEK_END)
            state.update(file.read(BLOCK))
    state.update(str(size).encode())
    return state.hexdigest()


def probe(path: Path) -> dict[str, Any]:
    """Return what ffprobe says, {} where it refuses the file."""
    line = ["ffprobe", "-v", "quiet", "-of", "json", "-show_format", "-show_streams", str(path)]
    run = subprocess.run(line, capture_output=True, check=False, timeout=30)
    return json.loads(run.stdout) if run.returncode == 0 else {}


def read(path: Path) -> tuple[Path, os.stat_result, str, dict[str, Any]]:
    """Return all that is to be known of one file."""
    status = path.stat()
    return path, status, quick_hash(path, status.st_size), probe(path)


def scan(root: Path, database: Path, limit: int | None = None) -> int:
    """Scan at most `limit` files below `root` into a new database and return how many there were."""
    found = (path for path in root.rglob("*") if path.suffix.lower() in EXTENSIONS and path.is_file())
    with sqlite3.connect(database) as db, ThreadPoolExecutor(4) as pool:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(TABLES)
        number = 0
        for path, status, hashed, told in pool.map(read, itertools.islice(found, limit)):
            store(db, path, status, hashed, told)
            number += 1
            if number % 100 == 0:
                db.commit()
    db.close()
    return number


def store(db: sqlite3.Connection, path: Path, status: os.stat_result, hashed: str, told: dict[str, Any]) -> None:
    """Add one file, or one more path of a known hash."""
    known = db.execute("SELECT id FROM audio_files WHERE hash = ?", (hashed,)).fetchone()
    if known:
        db.execute("INSERT INTO duplicate_paths VALUES (?, ?, ?)", (str(path), hashed, known[0]))
        return
    whole = told.get("format", {})
    streams: list[dict[str, Any]] = told.get("streams", [])
    stream = next((stream for stream in streams if stream.get("codec_type") == "audio"), {})
    db.execute(
        "INSERT INTO audio_files VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            str(path),
            status.st_size,
            hashed,
            float(whole.get("duration", 0)),
            int(stream.get("sample_rate", 0)),
            stream.get("channels"),
            whole.get("format_name"),
            stream.get("bits_per_raw_sample") or stream.get("bits_per_sample"),
            status.st_mtime,
        ),
    )


def main() -> None:
    """Scan a folder and print files and seconds."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("root", type=Path)
    parser.add_argument("database", type=Path)
    parser.add_argument("--limit", type=int, default=None)
    given = parser.parse_args()
    start = time.perf_counter()
    files = scan(given.root, given.database, given.limit)
    seconds = time.perf_counter() - start
    print(json.dumps({"files": files, "seconds": seconds, "files_per_second": files / seconds}))


if __name__ == "__main__":
    main()
