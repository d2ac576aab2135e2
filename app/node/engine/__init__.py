"""The embedded consortium: one process that holds the keys of N validators and makes real blocks and commits.

For one machine: trying out, training, tests. Its blocks, commits and RPC are CometBFT's, so nobody who follows it can
tell, and nothing may be reachable only on it.
"""
