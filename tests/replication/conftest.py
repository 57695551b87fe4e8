"""These tests are about PostgreSQL: they belong to the run on it."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("TEST_DATABASE_URL") else ["test_*.py"]
