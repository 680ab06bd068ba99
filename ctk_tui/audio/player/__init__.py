"""The player: a process of its own that holds the sound device, a decoder process behind it, a client in front."""
