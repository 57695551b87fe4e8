"""Rows derived from records when they are published: JSON renderings, search entries, appearances."""
