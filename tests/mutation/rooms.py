"""Change random expressions of a room and count how many changes its tests notice.

``python -m tests.mutation.rooms [--sample N] [--seed TEXT] [ROOM ...]``. A room is a folder of ``sanctions/`` with a
folder of the same name in ``tests/``. The score of a room is printed with the changes that no test noticed; some of
them change no behaviour, so a score below 100 % does not fail the run. Everything happens in a copy of the checkout.
"""

from __future__ import annotations

import ast
import copy
import random
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
#: Seconds for the tests of one change; a change may cause an endless loop.
TIMEOUT: Final = 900
_NOT_COPIED: Final = shutil.ignore_patterns(".git", ".venv*", "var", "__pycache__", ".mypy_cache", ".hypothesis")
_OPPOSITE: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed expression: where it is, what it was, and what it is now."""

    path: Path
    line: int
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.before}  →  {self.after}"


def mutants(path: Path, source: str) -> Iterator[Mutant]:
    """Yield each change of a file: comparisons, ``and`` and ``or``, ``not``, conditions, and whole numbers."""
    for number, node in enumerate(ast.walk(ast.parse(source))):
        if not isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.IfExp | ast.Constant):
            continue
        tree = ast.parse(source)
        target = list(ast.walk(tree))[number]
        changed = _changed(target)
        if changed is not None and isinstance(target, ast.expr):
            after = ast.unparse(changed)
            text = source.encode()
            start = _offset(text, target.lineno, target.col_offset)
            end = _offset(text, target.end_lineno or 0, target.end_col_offset or 0)
            new = text[:start] + f"({after})".encode() + text[end:]
            yield Mutant(path, target.lineno, ast.unparse(node), after, new.decode())


def _offset(text: bytes, line: int, column: int) -> int:
    """Return the place of a column, which the syntax tree counts in bytes."""
    return sum(map(len, text.splitlines(keepends=True)[: line - 1])) + column


def _changed(node: ast.AST) -> ast.expr | None:
    match node:
        case ast.Compare(ops=[operator]):
            other = copy.deepcopy(node)
            other.ops = [_OPPOSITE[type(operator)]()]
            return other
        case ast.BoolOp():
            return ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not()):
            return node.operand
        case ast.IfExp():
            return ast.IfExp(node.test, node.orelse, node.body)
        case ast.Constant(value=value) if isinstance(value, int) and not isinstance(value, bool):
            return ast.Constant(value + 1)
    return None


def score(room: str, sample: int, seed: str) -> tuple[int, list[Mutant]]:
    """Return how many changes of a room were tried, and those that no test noticed."""
    paths = [path.relative_to(ROOT) for path in sorted((ROOT / "sanctions" / room).rglob("*.py"))]
    found = [mutant for path in paths for mutant in mutants(path, (ROOT / path).read_text(encoding="utf-8"))]
    chosen = random.Random(f"{seed} {room}").sample(found, min(sample, len(found)))
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder) / "checkout"
        shutil.copytree(ROOT, checkout, ignore=_NOT_COPIED)
        if not _passes(checkout, room):
            raise RuntimeError(f"The tests of {room} fail without any change.")
        return len(chosen), [mutant for mutant in chosen if _survives(checkout, room, mutant)]


def _survives(checkout: Path, room: str, mutant: Mutant) -> bool:
    place = checkout / mutant.path
    original = place.read_text(encoding="utf-8")
    place.write_text(mutant.source, encoding="utf-8")
    try:
        return _passes(checkout, room)
    finally:
        place.write_text(original, encoding="utf-8")


def _passes(checkout: Path, room: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--nomigrations", "-p", "no:cacheprovider", f"tests/{room}"]
    try:
        ran = subprocess.run(command, cwd=checkout, check=False, capture_output=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0


def rooms() -> list[str]:
    """Return the folders that have tests of their own."""
    folders = sorted(path.name for path in (ROOT / "sanctions").iterdir() if (path / "__init__.py").exists())
    return [name for name in folders if (ROOT / "tests" / name / "__init__.py").exists()]


def main() -> int:
    """Print the score of each room."""
    parser = ArgumentParser(prog="python -m tests.mutation.rooms", description=__doc__)
    parser.add_argument("rooms", nargs="*", help="all rooms by default")
    parser.add_argument("--sample", type=int, default=20, help="changes to try in each room")
    parser.add_argument("--seed", default="", help="another text chooses other changes")
    options = parser.parse_args()
    if unknown := set(options.rooms) - set(rooms()):
        parser.error(f"No such room: {', '.join(sorted(unknown))}. There are {', '.join(rooms())}.")
    for room in options.rooms or rooms():
        tried, survivors = score(room, options.sample, options.seed)
        sys.stdout.write(f"{room}: {tried - len(survivors)} of {tried} changes noticed\n")
        for mutant in survivors:
            sys.stdout.write(f"    {mutant}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
