"""SQL for both databases: bulk writes, views of past states, search indexes, time limits."""
