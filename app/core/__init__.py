"""The words everything else is written in: errors, units, hashes, keys, codec, ports. Pure: no IO, no clock."""
