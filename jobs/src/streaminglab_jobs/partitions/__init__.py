"""partitions: which broker leads what, and whether every replica that can be in sync is."""
