"""Output formats: each module writes one of them from plain data."""
