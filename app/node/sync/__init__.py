"""Following the chain: ask peers, believe none, verify every commit, execute, store."""
