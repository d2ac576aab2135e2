"""The one place that constructs adapters: clock, randomness, databases, servers, other programs.

Everything above it gets its parts from here; everything below it gets them as arguments.
"""
