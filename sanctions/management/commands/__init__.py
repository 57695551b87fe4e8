"""One module per command: `python manage.py <module>`."""
