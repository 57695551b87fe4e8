"""The admin's pages for imports: lists, spreadsheets, their progress and their undo."""
