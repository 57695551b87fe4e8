"""Search public records by words in any script, identifiers, and names misspelt or romanised differently."""
