"""The query language: text to a tree, the tree to text again, and what it means for one audio file."""
