"""Records in spreadsheets: export, import with a preview, and saving as drafts and proposals."""
