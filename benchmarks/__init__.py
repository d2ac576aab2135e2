"""Measurements, each as a ratio against a ceiling taken in the same run on the same machine.

A number of megabytes per second says as much about the machine as about the program; a ratio to the bare library call,
measured in turns with it, says what the program adds. `python -m benchmarks NAME` runs one; its last line is for
scripts.
"""
