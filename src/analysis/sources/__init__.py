"""The only readers of data/raw and of the network."""
