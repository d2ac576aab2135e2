"""Proof: CometBFT's formats and rules (block protocol 11), one predicate per check, and the verifier that gives a verdict.

Pure: bytes and messages in, value or error out. No IO, clock, randomness, logging, float or unordered iteration; the
present moment is an argument. What a block means is the law's business (`app.registry`), never decided here.
"""
