"""The node: what follows the chain, proves it, keeps it and serves it. The desktop reaches it only over HTTP."""
