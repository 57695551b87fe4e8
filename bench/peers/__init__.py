"""The same events from the same tables, each as the documentation of another framework would write it."""
