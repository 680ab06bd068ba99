"""Search: an index that follows the paths, the query language as SQL, and ids in order for a screen."""
