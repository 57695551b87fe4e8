"""The views of version 1: one module for each collection, question and document."""
