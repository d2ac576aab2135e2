"""LAW: what a transaction may do. Pure and deterministic: bytes in, value or refusal out.

No IO, no clock, no randomness, no float, no unordered iteration. Block time and height come with the environment;
nobody here knows what a block looks like or who agreed to it.
"""
