"""A custodian's service for business systems: reserve proofs over HTTP, and on a schedule (white paper 3.4.3).

`serving.running_custodian` is the door.
"""
