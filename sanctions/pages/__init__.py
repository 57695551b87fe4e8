"""Public, read-only pages."""
