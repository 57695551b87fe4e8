"""Check names and prose against the house style: ``python -m tests.language``."""
