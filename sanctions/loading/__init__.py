"""Writes documents into the database: from YAML files, fixtures, and other rooms."""
