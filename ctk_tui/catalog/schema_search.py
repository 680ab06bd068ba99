"""What the search index adds to the schema in version 2: two word indexes, names in order, and what is not in them yet.

A row of `paths` is *indexed* when its id is at most `search_state.mark` and it is not in `search_pending`. All other
rows are *fresh*: searches read them one by one, so that a row is found from the moment it is there, and writers of
`paths` never wait for the index. `search/upkeep.py` moves rows from fresh to indexed, in slices.

The triggers cost a plain INSERT one comparison. An index row of FTS5 can only be deleted with the text that it was made
of, so an UPDATE or DELETE of an indexed row leaves the old text in `search_pending`.
"""

from __future__ import annotations

# mark: the highest path id in the two word indexes. named: in search_names, never above mark. revision: grows when
# indexed rows are indexed anew or leave. changes: grows when what lists are sorted by, or which path belongs to which
# content, changed in a row that was there already; plain INSERTs leave it alone, their ids tell. categories: the same
# for that table, which a classifier fills for days.
STATE = """
CREATE TABLE search_state (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  mark INTEGER NOT NULL DEFAULT 0,
  named INTEGER NOT NULL DEFAULT 0,
  revision INTEGER NOT NULL DEFAULT 0,
  changes INTEGER NOT NULL DEFAULT 0,
  categories INTEGER NOT NULL DEFAULT 0
)"""
FIRST_STATE = "INSERT INTO search_state (only) VALUES (1)"

# text and display: what the index was made of, NULL where the index has nothing of the row.
PENDING = "CREATE TABLE search_pending (id INTEGER PRIMARY KEY, text TEXT, display TEXT)"

# Every three letters of paths.search. It stores no text (content=''), no columns' sizes and no places (detail=none):
# 81 MB for a million rows where detail=full takes 360 MB. paths.search is folded already, hence case_sensitive.
GRAMS = """
CREATE VIRTUAL TABLE search_grams USING fts5 (
  text, content='', detail='none', columnsize=0, tokenize='trigram case_sensitive 1')"""

# Beginnings of words for words of one and two letters. The tokenizer ascii takes everything beyond ASCII for letters;
# `search/texts.py` takes out what is none.
STARTS = """
CREATE VIRTUAL TABLE search_starts USING fts5 (
  text, content='', detail='none', columnsize=0, prefix='1 2', tokenize='ascii')"""

# Folded file names in their order: the default order of all lists. Rows beyond `named` may be there already, or not.
NAMES = "CREATE TABLE search_names (name TEXT, id INTEGER, PRIMARY KEY (name, id)) WITHOUT ROWID"

_MARK = "(SELECT mark FROM search_state)"
_CHANGED = "UPDATE search_state SET changes = changes + 1;"
_CATEGORY = "BEGIN UPDATE search_state SET categories = categories + 1; END"


def _pend(text: str, display: str) -> str:
    # Not INSERT OR IGNORE: the conflict clause of the outer statement would take its place.
    return (
        f"INSERT INTO search_pending (id, text, display) SELECT OLD.id, {text}, {display}"
        " WHERE NOT EXISTS (SELECT 1 FROM search_pending WHERE id = OLD.id);"
    )


def _differs(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)


TRIGGERS = (
    # Ids rise, so this is for a row that was deleted and put back by hand.
    f"""CREATE TRIGGER search_added AFTER INSERT ON paths WHEN NEW.id <= {_MARK} BEGIN
  {_pend("NULL", "NULL").replace("OLD", "NEW")} {_CHANGED} END""",
    f"""CREATE TRIGGER search_changed AFTER UPDATE OF search ON paths
WHEN NEW.search IS NOT OLD.search AND OLD.id <= {_MARK} BEGIN {_pend("OLD.search", "OLD.display")} {_CHANGED} END""",
    f"""CREATE TRIGGER search_gone AFTER DELETE ON paths WHEN OLD.id <= {_MARK} BEGIN
  {_pend("OLD.search", "OLD.display")} END""",
    f"CREATE TRIGGER search_gone_counted AFTER DELETE ON paths BEGIN {_CHANGED} END",
    f"""CREATE TRIGGER search_placed AFTER UPDATE OF audio_id, source_id, folder_id, rel, mtime_ns, state ON paths
WHEN {_differs("audio_id", "source_id", "folder_id", "rel", "mtime_ns", "state")} BEGIN {_CHANGED} END""",
    f"""CREATE TRIGGER search_renewed
AFTER UPDATE OF primary_path, duration, size, sample_rate, format, added_at ON audio
WHEN {_differs("primary_path", "duration", "size", "sample_rate", "format", "added_at")} BEGIN {_CHANGED} END""",
    f"CREATE TRIGGER search_forgotten AFTER DELETE ON audio BEGIN {_CHANGED} END",
    f"CREATE TRIGGER search_source AFTER UPDATE OF name, root ON sources BEGIN {_CHANGED} END",
    f"CREATE TRIGGER search_categorised AFTER INSERT ON categories {_CATEGORY}",
    f"CREATE TRIGGER search_recategorised AFTER UPDATE ON categories {_CATEGORY}",
    f"CREATE TRIGGER search_uncategorised AFTER DELETE ON categories {_CATEGORY}",
)

INDEXES = (
    "CREATE INDEX paths_elsewhere ON paths (audio_id) WHERE state <> 'present'",
    # `label:` and words that occur in labels; the primary key, audio_id, is in every index of the table.
    "CREATE INDEX labels_by_label ON labels (label, p)",
)

STATEMENTS: tuple[str, ...] = (STATE, FIRST_STATE, PENDING, GRAMS, STARTS, NAMES, *INDEXES, *TRIGGERS)
"""Schema version 2."""
