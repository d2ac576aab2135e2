"""Luopu partner node: the desktop application of a partner, its verifying node and the papers a clerk hands out."""

__version__ = "0.1.0"
