"""Take away one guard of ``sanctions/editorial/`` after the other, and report those that no test misses.

The tests that reach the refusing lines of a guard are found by one run under coverage; only these are run for it. All
happens in copies of the checkout. Modules named on the command line (``moves.py``) are the only ones that are tried.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from coverage import CoverageData
from tqdm import tqdm

from tests.mutation.guards import Guard, guards_of

ROOT: Final = Path(__file__).resolve().parents[2]
#: Seconds that the tests of one guard may take. Without a guard a loop may have no end.
PATIENCE: Final = 600
RULES: Final = "sanctions/editorial"
#: Tests of many writers or generated documents: long, and none of them is about a refusal.
_LONG: Final = ("test_rivals.py", "test_merging_properties.py")
#: Where the tests of the rules are.
TESTS: Final = (
    *sorted(
        str(path.relative_to(ROOT)) for path in (ROOT / "tests/editorial").glob("test_*.py") if path.name not in _LONG
    ),
    "tests/editorial/permission_matrix/test_domain.py",
    "tests/admin/editorial/test_record_page.py",
    "tests/admin/editorial/test_proposing.py",
    "tests/admin/editorial/test_duplicates.py",
    "tests/admin/editorial/test_bulk.py",
)
_LEFT: Final = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".mypy_cache", ".hypothesis", "*.log")


def main(only: Collection[str] = ()) -> int:
    """Print every guard that can go without a test failing, and how many there are; 1 if there is one."""
    with tempfile.TemporaryDirectory() as scratch:
        copies = [Path(scratch) / str(number) for number in range(os.cpu_count() or 1)]
        for copy in copies:
            shutil.copytree(ROOT, copy, ignore=_LEFT)
        reached = _reached(copies[0])
        paths = [path for path in sorted((ROOT / RULES).glob("*.py")) if not only or path.name in only]
        guards = [guard for path in paths for guard in guards_of(path)]
        free: SimpleQueue[Path] = SimpleQueue()
        for copy in copies:
            free.put(copy)

        def survives(guard: Guard) -> bool:
            copy = free.get()
            try:
                return _survives(guard, copy, reached)
            finally:
                free.put(copy)

        with ThreadPoolExecutor(len(copies)) as pool:
            outcomes = list(tqdm(pool.map(survives, guards), total=len(guards), unit="guard"))
    survivors = [guard for guard, survived in zip(guards, outcomes, strict=True) if survived]
    for guard in survivors:
        sys.stdout.write(f"No test misses {guard}\n")
    sys.stdout.write(f"{len(guards)} guards, {len(guards) - len(survivors)} missed by a test, {len(survivors)} not\n")
    return 1 if survivors else 0


def _pytest(copy: Path, *arguments: str) -> list[str]:
    return [sys.executable, *arguments, "-q", "-p", "no:cacheprovider", "--override-ini=addopts="]


def _reached(copy: Path) -> dict[tuple[str, int], set[str]]:
    """Run the tests once; return (file name, line) → the tests that run the line."""
    config = copy / "mutation.coveragerc"
    config.write_text(f"[run]\nsource = {RULES}\ndynamic_context = test_function\ndata_file = {copy}/mutation.data\n")
    run = _pytest(copy, "-m", "coverage", "run", f"--rcfile={config}", "-m", "pytest", *TESTS)
    subprocess.run(run, cwd=copy, check=True, stdout=subprocess.DEVNULL)
    data = CoverageData(str(copy / "mutation.data"))
    data.read()
    found: dict[tuple[str, int], set[str]] = {}
    for file in data.measured_files():
        for line, contexts in data.contexts_by_lineno(file).items():
            found[Path(file).name, line] = {context for context in contexts if context}
    return found


def _survives(guard: Guard, copy: Path, reached: dict[tuple[str, int], set[str]]) -> bool:
    """Whether all tests that reach the guard pass without it."""
    names = {name for line in guard.refusing for name in reached.get((guard.path.name, line), ())}
    if not names:
        return True
    place = copy / RULES / guard.path.name
    original = place.read_text()
    place.write_text(guard.mutant)
    try:
        run = _pytest(copy, "-m", "pytest", "-x", *_nodes(sorted(names, key=_how_far)))
        quiet = subprocess.DEVNULL
        ran = subprocess.run(run, cwd=copy, stdout=quiet, stderr=quiet, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        # Anyone who runs the tests notices one that does not end.
        return False
    else:
        return ran.returncode == 0
    finally:
        place.write_text(original)


def _how_far(name: str) -> tuple[int, str]:
    """Order tests of the rules before the long matrix of permissions, and that before what goes through the admin."""
    if name.startswith("tests.editorial.test_"):
        return 0, name
    return (1 if name.startswith("tests.editorial.") else 2), name


def _nodes(names: Iterable[str]) -> list[str]:
    """Return the tests that coverage names by their modules as pytest names them."""
    found = []
    for name in names:
        module, _, function = name.rpartition(".")
        found.append(f"{module.replace('.', '/')}.py::{function}")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
