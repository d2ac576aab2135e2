"""The validator's signer: CometBFT asks it for signatures over a socket, and it never signs two different things.

The key lives in this process and not in CometBFT's. What was signed last is on the disk before a signature leaves, so
neither a crash nor a second question can bring out two signatures for one height, round and step.
"""
