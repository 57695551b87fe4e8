"""Where the real files are, and the mark of tests that need them."""

import os
from pathlib import Path
from typing import Final

import pytest

#: Public records as they were published. They stay out of the repository.
REAL: Final = Path(os.environ.get("SANCTIONS_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")

needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=f"The real files are not at {REAL} (SANCTIONS_DATA).")
