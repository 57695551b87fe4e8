"""Who signs in, and how it is known that it is they. What they may do to records is in :mod:`sanctions.editorial`."""
