"""Validators run by companies on CometBFT: keys, genesis, configuration, and the processes of one or several of them."""
