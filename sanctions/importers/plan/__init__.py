"""Plan an import: match records, merge documents, decide what becomes of each record."""
