"""Links of sources: whether they are written as links should be, and whether they still lead somewhere."""
