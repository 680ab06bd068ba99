"""A library of generated sounds, with the duplicates and traps of a real one, to try ctk on and to test it with."""
