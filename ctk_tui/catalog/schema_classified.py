"""What classification adds to the schema in version 3: what the model said, beside what counts.

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

INDEXES = (
    "CREATE UNIQUE INDEX classified_stamps ON classified (stamp) WHERE stamp IS NOT NULL",
    "CREATE INDEX classified_broken ON classified (audio_id) WHERE error IS NOT NULL",
)

STATEMENTS: tuple[str, ...] = (CLASSIFIED, *INDEXES)
"""Schema version 3."""
