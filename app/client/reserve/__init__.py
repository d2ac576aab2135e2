"""A custodian's reserve proofs at a node: what is held, the snapshots that are kept, and the work with them (3.4.3)."""
