"""What a node keeps: LevelDB, the authenticated state (log and map), blocks, and the high-water record."""
