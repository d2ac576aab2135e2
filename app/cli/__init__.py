"""The headless twin of every workflow."""
