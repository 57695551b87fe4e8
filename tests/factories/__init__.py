"""Rows and documents to test with: one module per noun, plain functions with everything but the point left out."""
