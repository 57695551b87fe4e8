"""Executive orders as the Federal Register lists them, with what its disposition notes tell of one another."""
