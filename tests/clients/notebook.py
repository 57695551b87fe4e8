"""Run the notebook in docs/ with the API at an address, and write it to the repository."""

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
    notebook: dict[str, Any] = orjson.loads(path.read_bytes())
    return notebook


def executed(address: str) -> dict[str, Any]:
    """Run the notebook with the API at an address, and return it with its output.

    It runs in a separate process and a temporary folder. Raises :class:`RuntimeError` with the error of a cell.
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
    """Return a notebook without metadata that depend on the machine and the time."""
    cells = [{**cell, "metadata": {}} for cell in notebook["cells"]]
    return {**notebook, "cells": cells, "metadata": {**notebook["metadata"], "language_info": {"name": "python"}}}


def write(notebook: dict[str, Any]) -> None:
    """Write a notebook to the repository."""
    NOTEBOOK.write_bytes(orjson.dumps(notebook, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
