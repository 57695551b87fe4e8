"""Import presidential documents of the Federal Register, and what their disposition notes state about one another."""
