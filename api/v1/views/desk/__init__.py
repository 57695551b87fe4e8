"""The editorial API: drafts, moves and proposals, with the same functions as the admin."""
