"""Every record that we curate goes into a spreadsheet and comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest
from django.conf import settings

from sanctions.loading.yaml_files import read_folder
from sanctions.records.encode import normalise
from sanctions.records.registry import RECORD_TYPES
from sanctions.spreadsheets.files import FORMATS, tables_in, written
from sanctions.spreadsheets.tables import read

AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)


@pytest.mark.parametrize("form", FORMATS)
def test_the_seeds_survive_a_spreadsheet(form: str) -> None:
    incoming = read_folder(settings.BASE_DIR / "seeds")
    for record_type in RECORD_TYPES:
        documents = [normalise(record_type, item.document) for item in incoming if item.record_type is record_type]
        reading = read(record_type, tables_in(record_type, written(record_type, documents, form, AT)), {})
        assert documents
        assert [normalise(record_type, told.document) for told in reading.records] == documents
        assert [fault for told in reading.records for fault in told.faults] == reading.stray == []
