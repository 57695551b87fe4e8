"""Check that the schema of the API keeps what version 1 has promised, or promise what is new in it.

``--promise`` writes what the schema says as the promise of today; where that breaks an earlier one it is refused.
``--break`` does it all the same, which is for the time before the first release: version 1.0.0 of the project
refuses it.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import yaml

from tests.promise.operations import broken, promised

ROOT: Final = Path(__file__).resolve().parents[2]
#: What the API says today, and what it has promised to go on saying.
SCHEMA: Final = ROOT / "docs" / "openapi.yaml"
PROMISE: Final = ROOT / "docs" / "openapi-v1-promise.yaml"
_HEAD: Final = (
    "# What version 1 of the API has promised: its schema without the words, written by `make schema-promise`.\n"
    "# A change that breaks it fails `make schema-promise-check`. docs/api.md says what the promise is.\n"
)
#: PyYAML's parser in C, which is ten times faster, where it was built with it.
_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Plain(_Dumper):  # type: ignore[misc]
    """Writes what is said twice twice, so that the difference of two promises can be read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def read(path: Path) -> Any:
    """Return what a YAML file says."""
    return yaml.load(path.read_bytes(), Loader=_Loader)


def written(document: Any) -> str:
    """Return a promise as the file has it."""
    text = yaml.dump(promised(document), Dumper=_Plain, sort_keys=False, default_flow_style=None, width=120)
    return _HEAD + str(text)


def is_released() -> bool:
    """Return whether the project has had its version 1.0.0, from which on promises are kept without exception."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return int(version.partition(".")[0]) >= 1


def main(arguments: Sequence[str]) -> int:
    """Check, or promise; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.promise", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--promise", action="store_true", help="write what the schema says as the promise")
    parser.add_argument("--break", action="store_true", dest="breaking", help="also where it breaks an earlier one")
    asked = parser.parse_args(arguments)
    schema = read(SCHEMA)
    found = broken(read(PROMISE), schema, datetime.now(UTC).date()) if PROMISE.exists() else []
    sys.stdout.writelines(f"{one}\n" for one in found)
    if found and not (asked.promise and asked.breaking and not is_released()):
        sys.stderr.write(
            f"{len(found)} promises of version 1 are broken. Add beside what there is, and deprecate that with its "
            "sunset in api/http/deprecations.py; docs/api.md says what is promised.\n"
        )
        return 1
    if asked.promise:
        PROMISE.write_text(written(schema), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
