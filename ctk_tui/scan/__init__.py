"""Finding what lies on the drives: walk, probe, identity, scanner."""
