"""Checks everything that is served against the ledger, and repairs instants that a wrong clock wrote."""
