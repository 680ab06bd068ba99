"""What a sound is: AudioSet labels, an embedding and a category, by CNN14; only this room knows torch, and late."""
