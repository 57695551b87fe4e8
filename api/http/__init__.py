"""What any HTTP API has: conditional requests, compression, limits, idempotency, pagination, errors."""
