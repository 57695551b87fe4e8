"""Write generated files that are committed, or check that they are up to date."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.core.management.base import CommandError


def update_files(folder: Path, pattern: str, files: Mapping[str, str], *, check: bool, remake: str) -> str:
    """Make the files of a folder that match a pattern exactly these (name → text); return a summary.

    With ``check`` nothing is written, and a difference raises :class:`CommandError` with the names of the files and the
    command that writes them.
    """
    old = {path.name: path.read_text(encoding="utf-8") for path in folder.glob(pattern)} if folder.is_dir() else {}
    stale = sorted(name for name in old.keys() | files.keys() if old.get(name) != files.get(name))
    if not stale:
        return f"{len(files)} files in {folder.name}/ are up to date."
    if check:
        raise CommandError(f"{folder.name}/ is stale ({', '.join(stale)}): run {remake} and commit the result.")
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in files:
            (folder / name).write_text(files[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return f"{len(stale)} of {len(files)} files in {folder.name}/ written or removed."
