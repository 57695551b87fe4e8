"""A copy of the tree in which a recipe is applied."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.contributing.steps import Build, Create, Edit, Insert, Migrate, Replace, Step

ROOT: Final = Path(__file__).resolve().parents[2]
#: What the tests of a recipe read.
_COPIED: Final = ("manage.py", "pyproject.toml", "sanctions", "api", "tests", "docs", "seeds", "fixtures")
_IGNORED: Final = shutil.ignore_patterns("__pycache__", "images", "*.ipynb", "*.pyc")
_FAILED: Final = re.compile(r"^(?:FAILED|ERROR) (\S+?)(?:\[.*\])?(?: - .*)?$", re.MULTILINE)


class ScratchTree:
    """A copy of the files of this tree, without its history and environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        for name in _COPIED:
            source, target = ROOT / name, folder / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=_IGNORED)
            else:
                shutil.copy2(source, target)

    def apply(self, step: Step) -> None:
        """Make the edits of a step."""
        for edit in step.edits:
            self._edit(edit)

    def failures(self, tests: Iterable[str]) -> tuple[set[str], str]:
        """Run tests on SQLite; return those that fail, without their parameters, and what pytest printed.

        The migrations are applied: without them the test that looks for a missing one finds nothing.
        """
        finished = self._python("-m", "pytest", "-q", "-rfE", "-p", "no:cacheprovider", *sorted(tests))
        if finished.returncode not in (0, 1):
            raise AssertionError(finished.stdout + finished.stderr)
        return set(_FAILED.findall(finished.stdout)), finished.stdout

    def _edit(self, edit: Edit) -> None:
        match edit:
            case Create(path, text):
                (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / path).write_text(text, encoding="utf-8")
            case Insert(path, after, text):
                self._insert(self.folder / path, after, text)
            case Replace(path, old, new):
                self._replace(self.folder / path, old, new)
            case Migrate():
                self._manage("makemigrations", "sanctions", "--verbosity", "0")
            case Build(_, command):
                self._manage(*command)

    def _insert(self, file: Path, after: str, text: str) -> None:
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        places = [number for number, line in enumerate(lines, start=1) if line.rstrip("\n").endswith(after)]
        if len(places) != 1:
            raise AssertionError(
                f"{file.relative_to(self.folder)} has {len(places)} lines that end with {after!r}, not 1."
            )
        lines.insert(places[0], text)
        file.write_text("".join(lines), encoding="utf-8")

    def _replace(self, file: Path, old: str, new: str) -> None:
        text = file.read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise AssertionError(f"{file.relative_to(self.folder)} contains {old!r} {text.count(old)} times, not once.")
        file.write_text(text.replace(old, new), encoding="utf-8")

    def _manage(self, *arguments: str) -> None:
        finished = self._python("manage.py", *arguments)
        if finished.returncode:
            raise AssertionError(finished.stderr)

    def _python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return subprocess.run(
            [sys.executable, *arguments],
            check=False,
            cwd=self.folder,
            env=kept | {"SANCTIONS_ENV": "test", "DATABASE_URL": "sqlite://:memory:", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
        )
