"""The published lists and registers, read as they are and made into records."""
