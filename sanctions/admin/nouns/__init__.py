"""The admin's page of each record type: one module per noun."""
