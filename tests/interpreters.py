"""Run code in an interpreter of its own, which sees only the given environment variables."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
GOOD_SECRET = "3vYp1-a-long-random-text-that-nobody-else-has-9QzLk0wXs"
SAFE = {"SECRET_KEY": GOOD_SECRET, "ALLOWED_HOSTS": "sanctions.example.org"}


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a new interpreter, which sees the given variables and no others of ours."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def setting(name: str, **environment: str) -> Any:
    """Return the value of a setting in an environment."""
    answer = python(f"import json, sanctions.settings as s; print(json.dumps(s.{name}, default=str))", **environment)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def refusal(**environment: str) -> str:
    """Return the message with which the settings reject an environment."""
    answer = python("import sanctions.settings", **environment)
    assert answer.returncode != 0, "The settings accept it."
    error = answer.stderr.strip().splitlines()[-1]
    assert error.startswith("django.core.exceptions.ImproperlyConfigured: "), answer.stderr
    return error.partition(": ")[2]
