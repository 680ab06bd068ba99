"""The SQLite catalog: the only room that speaks SQL. One file a table family, SQL beside the function that uses it."""
