"""Finding records by words in any script, by identifiers, and by names that are misspelt or romanised otherwise."""
