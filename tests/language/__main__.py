"""Print each name and word that the house style refuses; exit with 1 if there is any. ``--count`` counts by room."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.language.names import NameFault, long_lived, repeated_classes
from tests.language.prose import faults_in, of_source, of_template

ROOT: Final = Path(__file__).resolve().parents[2]
#: Folders with source whose names and prose are checked; class names are compared across those of the product.
PRODUCT: Final = ("sanctions", "api")
CHECKED: Final = (*PRODUCT, "tests", "bench")
DOCUMENTS: Final = ("*.md", "docs/*.md", "docs/decisions/*.md", "seeds/*.md")


def faults(root: Path = ROOT) -> Iterator[NameFault]:
    """Yield every fault below a folder."""
    product: dict[Path, ast.Module] = {}
    for folder in CHECKED:
        for file in sorted((root / folder).rglob("*.py")):
            path = file.relative_to(root)
            if "migrations" in path.parts:
                continue
            source = file.read_text(encoding="utf-8")
            tree = ast.parse(source)
            if folder in PRODUCT:
                product[path] = tree
            yield from long_lived(path, tree)
            yield from of_source(path, source, tree)
    for folder in PRODUCT:
        for file in sorted((root / folder).rglob("*.html")):
            yield from of_template(file.relative_to(root), file.read_text(encoding="utf-8"))
    # Django finds commands by the name of their file, and calls each class Command.
    yield from repeated_classes({path: tree for path, tree in product.items() if "commands" not in path.parts})
    for pattern in DOCUMENTS:
        for file in sorted(root.glob(pattern)):
            yield from faults_in(file.relative_to(root), 1, file.read_text(encoding="utf-8"))


def main() -> int:
    """Print the faults, or how many each room has."""
    listed = list(faults())
    if "--count" in sys.argv[1:]:
        rooms = Counter(
            "/".join(fault.path.parts[:2]) if len(fault.path.parts) > 2 else fault.path.parts[0] for fault in listed
        )
        for room, count in rooms.most_common():
            sys.stdout.write(f"{count:6,} {room}\n")
    else:
        for fault in listed:
            sys.stdout.write(f"{fault}\n")
    sys.stdout.write(f"{len(listed):6,} in all\n")
    return 1 if listed else 0


if __name__ == "__main__":
    sys.exit(main())
