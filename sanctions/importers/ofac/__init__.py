"""The lists of the Office of Foreign Assets Control: specially designated nationals, and the other lists together."""
