"""The HTTP API: the domain's records as resources. Nothing in `sanctions` but its `urls` imports this package."""
