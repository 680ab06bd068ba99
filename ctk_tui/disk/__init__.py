"""What ctk knows of the disk itself: opening safely, fingerprints, digests, volumes and locks."""
