"""Records written as YAML in a test, saved as a file of seeds would be."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from sanctions.loading.documents import save_documents
from sanctions.loading.yaml_files import read_file
from tests.factories.acts import ACT


def save_text(text: str) -> None:
    """Save the records of a text: a mapping from collections to documents, and optionally their ``state``."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "records.yaml"
        path.write_text(text, encoding="utf-8")
        save_documents(read_file(path), ACT)
