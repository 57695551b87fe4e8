"""The notebook in docs/: run with the API at an address, and kept as the repository has it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import orjson

from tests.clients.examples import ROOT, SHOWN

NOTEBOOK: Final = ROOT / "docs" / "measures-against-iran.ipynb"
#: Seconds that one cell may take.
PATIENCE: Final = 60


def read(path: Path = NOTEBOOK) -> dict[str, Any]:
    """Return a notebook."""
    found: dict[str, Any] = orjson.loads(path.read_bytes())
    return found


def executed(address: str) -> dict[str, Any]:
    """Run the notebook with the API at an address, and return it with what it shows.

    It runs in a process and a folder of its own. :class:`RuntimeError` where a cell fails, with what it says.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / NOTEBOOK.name
        copy.write_bytes(NOTEBOOK.read_bytes().replace(SHOWN.encode(), address.encode()))
        command = [
            str(Path(sys.executable).with_name("jupyter-execute")),
            "--inplace",
            f"--timeout={PATIENCE}",
            str(copy),
        ]
        own = {"JUPYTER_RUNTIME_DIR": folder, "IPYTHONDIR": folder}
        ran = subprocess.run(command, check=False, cwd=folder, env=os.environ | own, capture_output=True, text=True)
        if ran.returncode:
            raise RuntimeError(ran.stderr)
        copy.write_bytes(copy.read_bytes().replace(address.encode(), SHOWN.encode()))
        return kept(read(copy))


def kept(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook without what depends on the machine and the moment."""
    cells = [{**cell, "metadata": {}} for cell in notebook["cells"]]
    return {**notebook, "cells": cells, "metadata": {**notebook["metadata"], "language_info": {"name": "python"}}}


def write(notebook: dict[str, Any]) -> None:
    """Put a notebook into the repository."""
    NOTEBOOK.write_bytes(orjson.dumps(notebook, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
