"""What version 1 of the API has promised, and whether the schema of today keeps it."""
