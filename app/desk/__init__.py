"""The desk behind the windows: what they ask for, done with the real node, wallet and files."""
