"""Query parameters: one class for each kind of value, with its JSON Schema for the documentation."""
