"""Strict TOML in, comment-keeping edits out, and where the platform keeps a program's files."""
