"""The questions that people really ask: each module computes one answer from the records, as plain data."""
