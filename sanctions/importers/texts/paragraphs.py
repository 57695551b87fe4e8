"""Join paragraphs into one text that has room for a limited number of characters."""

from __future__ import annotations

from collections.abc import Iterable


def fit_paragraphs(paragraphs: Iterable[str], longest: int, separator: str = "\n") -> tuple[list[str], list[str]]:
    """Return the paragraphs that fit into one text, each once, and those that would make it longer than ``longest``.

    A paragraph that is too long leaves room for shorter ones after it.
    """
    fitting: list[str] = []
    left_out: list[str] = []
    length = 0
    for paragraph in dict.fromkeys(filter(None, paragraphs)):
        if length + len(paragraph) + len(separator) > longest:
            left_out.append(paragraph)
        else:
            fitting.append(paragraph)
            length += len(paragraph) + len(separator)
    return fitting, left_out
