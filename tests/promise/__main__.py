"""Check that the schema of the API keeps what version 1 has promised, or promise what is new in it.

``--promise`` writes the schema of today as the promise, unless it breaks an earlier promise. ``--break`` writes it all
the same, which is possible only before version 1.0.0 of the project.
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
#: The schema of the API, and the promise: the parts of earlier schemas that it has to keep.
SCHEMA: Final = ROOT / "docs" / "openapi.yaml"
PROMISE: Final = ROOT / "docs" / "openapi-v1-promise.yaml"
_HEAD: Final = (
    "# The promise of version 1 of the API: its schema without descriptions, written by `make schema-promise`.\n"
    "# A change that breaks it fails `make schema-promise-check`. docs/api.md explains the promise.\n"
)
#: PyYAML's parser in C, if it was built with it: ten times faster.
_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Plain(_Dumper):  # type: ignore[misc]
    """Writes YAML without aliases, so that the difference of two promises is readable."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def read(path: Path) -> Any:
    """Return the content of a YAML file."""
    return yaml.load(path.read_bytes(), Loader=_Loader)


def written(document: Any) -> str:
    """Return the promise of a document as the text of its file."""
    text = yaml.dump(promised(document), Dumper=_Plain, sort_keys=False, default_flow_style=None, width=120)
    return _HEAD + str(text)


def is_released() -> bool:
    """Return whether version 1.0.0 of the project is released: from then on no promise may be broken."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return int(version.partition(".")[0]) >= 1


def main(arguments: Sequence[str]) -> int:
    """Check the schema, or write the promise; return 1 if a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.promise", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--promise", action="store_true", help="write the schema of today as the promise")
    parser.add_argument("--break", action="store_true", dest="breaking", help="also if it breaks an earlier promise")
    options = parser.parse_args(arguments)
    schema = read(SCHEMA)
    breaks = broken(read(PROMISE), schema, datetime.now(UTC).date()) if PROMISE.exists() else []
    sys.stdout.writelines(f"{item}\n" for item in breaks)
    if breaks and not (options.promise and options.breaking and not is_released()):
        sys.stderr.write(
            f"{len(breaks)} promises of version 1 are broken. Keep what exists, add the new next to it, and deprecate "
            "the old with a sunset in api/http/deprecations.py. docs/api.md lists what is promised.\n"
        )
        return 1
    if options.promise:
        PROMISE.write_text(written(schema), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
