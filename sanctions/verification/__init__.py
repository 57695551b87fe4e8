"""Compares everything that is served with the ledger, and moves instants recorded under a wrong clock."""
