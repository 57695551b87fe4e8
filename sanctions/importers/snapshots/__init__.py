"""Turn a snapshot of a published list into contributions to records."""
