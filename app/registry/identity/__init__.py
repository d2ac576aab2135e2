"""Users: who certifies them, who may have their data, who gives them a new key (white paper 3.4.1)."""
