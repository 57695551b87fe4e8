"""The editorial desk over HTTP: drafts, moves and proposals, by the same functions as in the admin."""
