"""Recognise scripts, spellings and document numbers in the texts of lists."""
