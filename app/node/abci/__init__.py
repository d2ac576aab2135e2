"""The registry as CometBFT's application (ABCI 2.0): blocks between companies are ordered there and executed here."""
