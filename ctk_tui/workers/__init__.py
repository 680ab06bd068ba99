"""Worker processes for what may crash, hang or eat all memory: a pool that goes on, and ends with its parent."""
