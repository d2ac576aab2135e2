"""What a node serves: CometBFT's RPC to other nodes, and the desk's API with its event stream on loopback."""
