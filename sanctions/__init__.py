"""An open database of sanctions policy: the Django project and, at the same time, its domain app."""
