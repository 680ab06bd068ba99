"""Values to text: pure functions and the descriptions of columns. Nothing here draws or asks."""
