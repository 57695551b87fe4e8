"""The admin's pages for editorial review: record pages, proposals, merges, batches, history."""
