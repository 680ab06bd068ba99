"""The tables and views of schema version 1, one statement each, in the order in which they are made."""

from __future__ import annotations

SOURCES = """
CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  root BLOB NOT NULL,
  root_text TEXT NOT NULL,
  position INTEGER NOT NULL,
  configured INTEGER NOT NULL DEFAULT 1,
  enabled INTEGER NOT NULL DEFAULT 1,
  protected INTEGER NOT NULL DEFAULT 0,
  protect TEXT NOT NULL DEFAULT '[]',
  removable INTEGER NOT NULL DEFAULT 0,
  volume TEXT NOT NULL DEFAULT '',
  volume_known INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT 'ok',
  reason TEXT NOT NULL DEFAULT '',
  online INTEGER NOT NULL DEFAULT 1,
  held INTEGER NOT NULL DEFAULT 0,
  last_scan REAL,
  complete_scan REAL
)"""

VOLUMES = "CREATE TABLE volumes (id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE)"

FOLDERS = """
CREATE TABLE folders (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
  rel BLOB NOT NULL,
  display TEXT NOT NULL,
  UNIQUE (source_id, rel)
)"""

# state: the best of its paths: 0 present and online, 1 present on an offline source, 2 quarantined, 3 missing, 4 it has
# no path any more (its decisions outlive the source). shared: another content has the same fingerprint. state, copies,
# primary_path, shared and verified follow from other rows; catalog/derive.py keeps them true.
AUDIO = """
CREATE TABLE audio (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  fingerprint TEXT,
  digest TEXT,
  size INTEGER NOT NULL,
  format TEXT,
  duration REAL,
  sample_rate INTEGER,
  channels INTEGER,
  bit_depth INTEGER,
  title TEXT NOT NULL DEFAULT '',
  artist TEXT NOT NULL DEFAULT '',
  comment TEXT NOT NULL DEFAULT '',
  description TEXT NOT NULL DEFAULT '',
  truncated INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  added_at REAL NOT NULL,
  scanned_at REAL NOT NULL,
  verified INTEGER NOT NULL DEFAULT 1,
  shared INTEGER NOT NULL DEFAULT 0,
  state INTEGER NOT NULL DEFAULT 0,
  copies INTEGER NOT NULL DEFAULT 1,
  primary_path INTEGER,
  UNIQUE (fingerprint, digest)
)"""

PATHS = """
CREATE TABLE paths (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  audio_id INTEGER NOT NULL REFERENCES audio(id),
  source_id INTEGER NOT NULL REFERENCES sources(id),
  folder_id INTEGER NOT NULL REFERENCES folders(id),
  rel BLOB NOT NULL,
  display TEXT NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  volume_id INTEGER NOT NULL REFERENCES volumes(id),
  state TEXT NOT NULL DEFAULT 'present' CHECK (state IN ('present', 'missing', 'quarantined')),
  cloud INTEGER NOT NULL DEFAULT 0,
  protected INTEGER NOT NULL DEFAULT 0,
  first_seen REAL NOT NULL,
  missing_at REAL,
  search TEXT NOT NULL
)"""

# The last evidence of an audio file whose paths are all forgotten: by it a returning file is known again.
TRACES = """
CREATE TABLE traces (
  audio_id INTEGER PRIMARY KEY REFERENCES audio(id) ON DELETE CASCADE,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  volume_id INTEGER NOT NULL REFERENCES volumes(id)
)"""

ERRORS = """
CREATE TABLE errors (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
  path BLOB NOT NULL,
  display TEXT NOT NULL,
  stage TEXT NOT NULL,
  reason TEXT NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  first_seen REAL NOT NULL,
  UNIQUE (source_id, path)
)"""

JOBS = """
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  stage TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT '',
  done INTEGER NOT NULL DEFAULT 0,
  total INTEGER,
  counts TEXT NOT NULL DEFAULT '{}',
  started REAL NOT NULL,
  ended REAL,
  pid INTEGER NOT NULL,
  cancel INTEGER NOT NULL DEFAULT 0,
  message TEXT NOT NULL DEFAULT '',
  log TEXT NOT NULL DEFAULT ''
)"""

LABELS = """
CREATE TABLE labels (
  audio_id INTEGER NOT NULL REFERENCES audio(id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  p REAL NOT NULL,
  PRIMARY KEY (audio_id, label)
) WITHOUT ROWID"""

CATEGORIES = """
CREATE TABLE categories (
  audio_id INTEGER PRIMARY KEY REFERENCES audio(id) ON DELETE CASCADE,
  category TEXT NOT NULL,
  source TEXT NOT NULL,
  confidence REAL,
  set_at REAL NOT NULL
)"""

PEAKS = """
CREATE TABLE peaks (
  audio_id INTEGER PRIMARY KEY REFERENCES audio(id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  data BLOB NOT NULL
)"""

DECISIONS = """
CREATE TABLE decisions (
  audio_id INTEGER NOT NULL REFERENCES audio(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  value TEXT NOT NULL DEFAULT '',
  set_at REAL NOT NULL,
  PRIMARY KEY (audio_id, kind)
) WITHOUT ROWID"""

JOURNAL = """
CREATE TABLE journal (
  entry TEXT NOT NULL,
  step INTEGER NOT NULL,
  at REAL NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  source TEXT NOT NULL DEFAULT '',
  data TEXT NOT NULL,
  PRIMARY KEY (entry, step)
) WITHOUT ROWID"""

INDEXES = (
    # A name may be taken again after its file went to quarantine.
    "CREATE UNIQUE INDEX paths_by_name ON paths (source_id, rel) WHERE state <> 'quarantined'",
    "CREATE INDEX paths_by_audio ON paths (audio_id)",
    "CREATE INDEX paths_by_folder ON paths (folder_id)",
    # NULL is not equal to NULL: this index, not the table's UNIQUE, holds "one content with no digest yet".
    "CREATE UNIQUE INDEX audio_undigested ON audio (fingerprint) WHERE digest IS NULL AND fingerprint IS NOT NULL",
    "CREATE INDEX audio_unverified ON audio (id) WHERE verified = 0",
    "CREATE INDEX audio_copies ON audio (id) WHERE copies > 1",
    "CREATE INDEX audio_broken ON audio (id) WHERE error IS NOT NULL",
)

FILE_HASH = "CASE WHEN a.shared AND a.digest IS NOT NULL THEN a.fingerprint || '-' || a.digest ELSE a.fingerprint END"
_PATH = "s.root_text || '/' || p.display"
_FILENAME = "CASE WHEN f.display = '' THEN p.display ELSE substr(p.display, length(f.display) + 2) END"
_DIRECTORY = "CASE WHEN f.display = '' THEN s.root_text ELSE s.root_text || '/' || f.display END"

VIEWS = (
    f"""
CREATE VIEW audio_files AS
SELECT a.id AS id, {_PATH} AS path, {_FILENAME} AS filename, {_DIRECTORY} AS directory, s.root_text AS source_root,
       a.size AS file_size, {FILE_HASH} AS file_hash, a.duration AS duration_secs, a.sample_rate AS sample_rate,
       a.channels AS channels, a.format AS format, a.bit_depth AS bit_depth,
       strftime('%Y-%m-%dT%H:%M:%SZ', p.mtime_ns / 1000000000, 'unixepoch') AS modified_at,
       strftime('%Y-%m-%dT%H:%M:%SZ', a.scanned_at, 'unixepoch') AS scanned_at,
       a.state >= 2 AS deleted
FROM audio a JOIN paths p ON p.id = a.primary_path JOIN sources s ON s.id = p.source_id
     JOIN folders f ON f.id = p.folder_id""",
    f"""
CREATE VIEW duplicate_paths AS
SELECT p.id AS id, {FILE_HASH} AS file_hash, a.id AS original_id, {_PATH} AS duplicate_path,
       p.size AS duplicate_size, s.root_text AS source_root,
       strftime('%Y-%m-%dT%H:%M:%SZ', p.first_seen, 'unixepoch') AS found_at
FROM paths p JOIN audio a ON a.id = p.audio_id JOIN sources s ON s.id = p.source_id
WHERE p.state = 'present' AND p.id <> a.primary_path AND a.error IS NULL
  AND (p.inode = 0 OR NOT EXISTS (
    SELECT 1 FROM paths q WHERE q.audio_id = p.audio_id AND q.id <> p.id AND q.inode = p.inode
      AND q.volume_id = p.volume_id AND q.state = 'present' AND (q.id = a.primary_path OR q.id < p.id)))""",
)

STATEMENTS: tuple[str, ...] = (
    SOURCES, VOLUMES, FOLDERS, AUDIO, PATHS, TRACES, ERRORS, JOBS, LABELS, CATEGORIES, PEAKS, DECISIONS, JOURNAL,
    *INDEXES, *VIEWS,
)  # fmt: skip
"""Schema version 1."""
