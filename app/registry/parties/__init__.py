"""The parties of the chain: their keys, their admission, and what authorities order against them."""
