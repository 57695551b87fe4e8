"""The document codec: rows into one document per record and back, with errors that name the field."""
