"""The notebook in docs/ runs, and shows the committed output."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.clients.notebook import NOTEBOOK, executed, kept, read

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n"


def texts(notebook: dict[str, Any]) -> list[str]:
    """Return the output of the cells as text; of a chart, its size."""
    return [
        "".join(output.get("data", {}).get("text/plain", output.get("text", "")))
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
    ]


def charts(notebook: dict[str, Any]) -> list[bytes]:
    shown = [output.get("data", {}) for cell in notebook["cells"] for output in cell.get("outputs", ())]
    return [base64.b64decode("".join(data["image/png"])) for data in shown if "image/png" in data]


def test_the_notebook_finds_what_it_shows(address: str) -> None:
    """After a change of the records, `make notebook` updates the output."""
    committed, now = read(), executed(address)
    assert [cell["source"] for cell in now["cells"]] == [cell["source"] for cell in committed["cells"]]
    assert texts(now) == texts(committed)
    (chart,) = charts(now)
    assert chart.startswith(PNG)
    assert len(chart) > 20_000


def test_the_notebook_holds_nothing_of_the_machine_it_ran_on() -> None:
    committed = read()
    assert committed == kept(committed)
    assert len(charts(committed)) == 1
    said = NOTEBOOK.read_text()
    assert [word for word in ("/home", "/tmp", "/root", "/usr", "/work", "Traceback", "Warning") if word in said] == []
