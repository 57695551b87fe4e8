"""Telling others of changes: what is put in the queue, and how it is sent."""
