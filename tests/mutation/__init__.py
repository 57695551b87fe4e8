"""Whether a test fails for each guard of the editorial rules that is taken away: ``make mutation``."""
