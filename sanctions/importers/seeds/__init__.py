"""Load the seeds as one source among others."""
