"""What is measured against the bare database: psycopg or sqlite3 without a framework, and COPY."""

from __future__ import annotations

from typing import Final

MEASURES: Final = ()
