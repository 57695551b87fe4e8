"""Check the schema of the API against what version 1 has promised."""
