"""Clients of the API, as people write them: the examples of the documents, a notebook, a generated package."""
