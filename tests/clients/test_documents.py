"""Run the examples of docs/clients.md and docs/api.md against the curated records."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sized
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client

from tests.clients.examples import SHOWN, TYPED, Example, examples

pytestmark = pytest.mark.django_db

#: Makes curl write the status of each request to stderr.
WRITE_STATUS: Final = """
set -euo pipefail
curl() { command curl --write-out '%{stderr}status %{http_code}\\n' "$@"; }
"""
DOCUMENTS: Final = ("clients.md", "api.md")
SHELL: Final = [one for document in DOCUMENTS for one in examples(document, "sh", "console") if "curl" in one.code]
#: Editing needs an account (tests/api/v1/test_desk.py). Webhooks and a typed client have tests of their own.
ELSEWHERE: Final = {"Editing", "Webhooks", TYPED}
PYTHON: Final = [one for document in DOCUMENTS for one in examples(document, "python") if one.section not in ELSEWHERE]
R: Final = [one for one in examples("clients.md", "r") if SHOWN in one.code]
#: Complete addresses in R; those that are pasted from parts end otherwise.
ADDRESS: Final = re.compile(r'"(http://127\.0\.0\.1:8000/[^"]*(?:/|\?[^"]*[^="]))"')


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a temporary folder, because examples write files."""
    monkeypatch.chdir(tmp_path)


def named(example: Example) -> str:
    return f"{example.document}, {example.section}"


def test_every_use_is_shown_in_each_language() -> None:
    of = {
        language: {one.section for one in examples("clients.md", *names)}
        for language, names in {"shell": ("sh", "console"), "python": ("python",), "r": ("r",)}.items()
    }
    uses = of["python"] - {TYPED}
    assert len(uses) >= 10
    assert of["shell"] >= uses
    assert of["r"] >= uses


def test_every_request_by_curl_is_answered(address: str) -> None:
    assert SHELL
    for example in SHELL:
        expected = re.match(r"answers (\d{3})", example.after)
        command = ["bash", "-c", WRITE_STATUS + example.at(address)]
        ran = subprocess.run(command, check=False, capture_output=True, timeout=60)
        told = ran.stderr.decode()
        assert ran.returncode == 0, f"{named(example)}: {told}"
        statuses = set(re.findall(r"status (\d{3})", told))
        assert statuses <= {"200", expected[1] if expected else "200"}, f"{named(example)}: {statuses}"
        assert ran.stdout or any(file.stat().st_size for file in Path().iterdir()), named(example)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_example_in_python_runs_and_finds_something(address: str, document: str) -> None:
    examples = [example for example in PYTHON if example.document == document]
    assert examples
    for example in examples:
        names: dict[str, Any] = {}
        exec(compile(example.at(address), named(example), "exec"), names)
        empty = {
            name
            for name, value in names.items()
            if isinstance(value, Sized) and not isinstance(value, str) and not len(value) and not name.startswith("__")
        }
        assert empty <= {"in_2020"}, named(example)


def test_every_address_in_r_is_answered(address: str, client: Client) -> None:
    addresses = [(example, found) for example in R for found in ADDRESS.findall(example.code)]
    assert addresses
    for example, found in addresses:
        answer = client.get(found.removeprefix(SHOWN))
        assert answer.status_code == (400 if example.section == "Errors" else 200), f"{named(example)}: {found}"


def r_installed() -> set[str]:
    """Return the packages installed in R; empty without R."""
    if shutil.which("Rscript") is None:
        return set()
    code = "cat(rownames(installed.packages()))"
    ran = subprocess.run(["Rscript", "-e", code], check=True, capture_output=True, text=True, timeout=60)
    return set(ran.stdout.split())


def test_every_example_in_r_can_be_read_and_runs_where_its_packages_are(address: str) -> None:
    """Without R, only the addresses of the examples are tested."""
    installed = r_installed()
    lines = ["options(warn = 2)"]
    for number, example in enumerate(R):
        Path(f"{number}.R").write_text(example.at(address))
        needed = set(re.findall(r"library\((\w+)\)", example.code))
        lines.append(f"cat('{named(example)}', fill = TRUE)")
        lines.append(f"source('{number}.R', new.env())" if needed <= installed else f"invisible(parse('{number}.R'))")
    Path("all.R").write_text("\n".join(lines))
    if installed:
        ran = subprocess.run(["Rscript", "all.R"], check=False, capture_output=True, text=True, timeout=120)
        assert ran.returncode == 0, ran.stdout + ran.stderr
