"""Undo an import: plan it, request it, carry it out."""
