"""Read file formats strictly: CSV rows, XML elements, workbooks. Nothing here uses the ORM."""
