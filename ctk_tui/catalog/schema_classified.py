"""What classification adds to the schema in version 3: what the model said, and what the user said instead.

`categories` holds the category that counts, the user's or the model's. `classified` holds the model's alone, so that
it can take its place again, and says which content and which version of the model it belongs to.
"""

from __future__ import annotations

# version: of the model and its rules. stamp: of its row in embeddings.db, NULL where it has none. category, source and
# confidence: the model's word. error: why this version has none. A row goes when the content changes.
CLASSIFIED = """
CREATE TABLE classified (
  audio_id INTEGER PRIMARY KEY REFERENCES audio(id) ON DELETE CASCADE,
  version TEXT NOT NULL,
  stamp INTEGER,
  category TEXT,
  source TEXT,
  confidence REAL,
  error TEXT,
  at REAL NOT NULL
)"""

# The changes of the user's word: to a category, or to auto for none. undone: when, NULL while it holds.
CHANGES = """
CREATE TABLE category_changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at REAL NOT NULL,
  category TEXT NOT NULL,
  undone REAL
)"""

# before: the user's word until then, auto for none.
CHANGED = """
CREATE TABLE category_changed (
  change_id INTEGER NOT NULL REFERENCES category_changes(id) ON DELETE CASCADE,
  audio_id INTEGER NOT NULL REFERENCES audio(id) ON DELETE CASCADE,
  before TEXT NOT NULL,
  PRIMARY KEY (change_id, audio_id)
) WITHOUT ROWID"""

INDEXES = (
    "CREATE UNIQUE INDEX classified_stamps ON classified (stamp) WHERE stamp IS NOT NULL",
    "CREATE INDEX category_changed_audio ON category_changed (audio_id)",
    "CREATE INDEX classified_broken ON classified (audio_id) WHERE error IS NOT NULL",
)

STATEMENTS: tuple[str, ...] = (CLASSIFIED, CHANGES, CHANGED, *INDEXES)
"""Schema version 3."""
