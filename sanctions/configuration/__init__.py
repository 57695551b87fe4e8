"""What the settings are built from: checked environment variables, and the options of databases."""
