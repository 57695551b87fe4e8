"""The checker of names and words finds what it should, and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import pytest

from tests.language.names import long_lived, repeated_classes
from tests.language.prose import of_source, of_template

FILE: Final = Path("sanctions/module.py")
LONG: Final = "def rows():\n    {name} = 1\n    a = 2\n    b = 3\n    c = 4\n    d = 5\n    return {name}\n"


def test_a_vague_name_that_lives_long_is_refused() -> None:
    (fault,) = long_lived(FILE, ast.parse(LONG.format(name="found")))
    assert str(fault) == "sanctions/module.py:2: 'found' lives for 6 lines and does not say what it holds."


@pytest.mark.parametrize("source", [LONG.format(name="matches"), "def rows():\n    found = 1\n    return found\n"])
def test_a_telling_name_and_one_that_lives_for_a_few_lines_are_taken(source: str) -> None:
    assert list(long_lived(FILE, ast.parse(source))) == []


@pytest.mark.parametrize("source", ["def told(): ...", "class Told:\n    said = 1", "own = 1"])
def test_a_vague_name_of_a_function_or_attribute_is_refused(source: str) -> None:
    assert len(list(long_lived(FILE, ast.parse(source.replace("Told", "Report"))))) == 1


def test_two_classes_of_one_name_are_refused_but_nested_ones_are_not() -> None:
    trees = {
        Path("a.py"): ast.parse("class Entry: ..."),
        Path("b.py"): ast.parse("class Entry: ..."),
        Path("c.py"): ast.parse("class Page:\n    class Entry: ..."),
    }
    assert [str(fault) for fault in repeated_classes(trees)] == [
        "b.py:1: The class name Entry is used already, in a.py:1."
    ]


@pytest.mark.parametrize(
    "source",
    [
        '"""Whoever asks."""',
        "rows = 1  # nobody",
        'raise ValueError("There is nothing at this address.")',
    ],
)
def test_a_banned_word_is_refused_in_docstrings_comments_and_messages(source: str) -> None:
    assert len(list(of_source(FILE, source, ast.parse(source)))) == 1


@pytest.mark.parametrize("source", ['"""Return the rows."""', '"""See `nobody`."""', 'key = "nobody"'])
def test_plain_words_code_and_keys_are_taken(source: str) -> None:
    assert list(of_source(FILE, source, ast.parse(source))) == []


def test_what_a_page_shows_is_read_and_its_code_is_not() -> None:
    page = '<p class="beside">{{ told }}</p>\n<p>The desk is empty.</p>'
    assert [str(fault) for fault in of_template(Path("page.html"), page)] == [
        "page.html:2: 'The desk' in prose; write: the admin, editorial."
    ]
