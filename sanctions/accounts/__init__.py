"""Accounts: authentication, permissions and tokens. What users may do to records is in :mod:`sanctions.editorial`."""
