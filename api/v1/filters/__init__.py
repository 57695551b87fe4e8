"""Which parameters each list takes: one module per noun."""
