"""Records as curators edit them in a spreadsheet: written, read back, previewed and saved at the desk."""
