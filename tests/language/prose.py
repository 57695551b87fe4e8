"""Check prose: words in docstrings, comments, messages, screens and documents that readers stumble over."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.language.names import NameFault

#: Pattern → what to write instead. Quotations and the names of the field are exempt by not being in the list.
WORDS: Final = {
    r"\banew\b": "again",
    r"\blikewise\b": "also, the same way",
    r"\bmeanwhile\b": "while, since it was read",
    r"\bwhoever\b": "the user who, anyone who",
    r"\bbeside\b": "next to, together with",
    r"\b(?:is|are|was|were|be|been|being) told\b": "is reported, is listed, is returned",
    r"\btells? (?!people|readers|users|the user)": "report, return, state, list",
    r"\bit stands\b|\bstands? in\b": "it is, is stored in",
    r"\bis (?:found )?no more\b": "is removed",
    r"\bwhat is named\b": "the named record",
    r"\bthe desk\b": "the admin, editorial",
    r"\bwish(?:es|ed)?\b": "request",
    r"\bmanners\b": "options",
    r"\bparticulars\b": "details",
    r"\bno more\b(?! than)": "no longer",
    r"\bis no (?!longer|more than)": "is not a",
    r"\bas ever\b": "as before",
    r"\bthere is no(?:thing|ne)?\b": "X does not exist, no X",
    r"\bsays? (?!so\b)|\bsaid\b": "state, report, contain",
    r"\btold\b": "reported, listed, returned",
    r"\bnobody who\b|\beverybody\b|\bnobody\b": "no user, all users",
    r"\bhands? (?:out|on|over|inwards?)\b": "return, pass",
    r"\bstands? (?:beside|on|for|at|under)\b": "is next to, is based on, means",
    r"\bput together\b": "build, combine",
    r"\bof which (?:the|no|one|each)\b": "whose",
    r"\bmay be had\b|\bis to be had\b": "is available",
}
_PATTERN: Final = re.compile("|".join(f"(?P<w{number}>{word})" for number, word in enumerate(WORDS)), re.IGNORECASE)
_INSTEAD: Final = list(WORDS.values())
#: Names of the code, and examples with the answers of the API, are no prose.
_CODE: Final = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def faults_in(path: Path, line: int, text: str) -> Iterator[NameFault]:
    """Yield each banned word of a text that begins at a line of a file."""
    text = _CODE.sub(lambda match: "".join("\n" if letter == "\n" else "`" for letter in match[0]), text)
    for match in _PATTERN.finditer(text):
        number = int(str(match.lastgroup).removeprefix("w"))
        place = line + text.count("\n", 0, match.start())
        yield NameFault(path, place, f"{match[0].strip()!r} in prose; write: {_INSTEAD[number]}.")


def of_source(path: Path, source: str, tree: ast.Module) -> Iterator[NameFault]:
    """Yield the faults in docstrings and comments of Python source."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                yield from faults_in(path, first.lineno, first.value.value)
    if not path.parts[0].startswith(("tests", "bench")):
        yield from _messages(path, tree)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield from faults_in(path, token.start[0], token.string)


def of_template(path: Path, source: str) -> Iterator[NameFault]:
    """Yield the faults in what a page shows: the text outside tags and code."""
    text = _NOT_SHOWN.sub(lambda match: "\n" * match[0].count("\n"), source)
    yield from faults_in(path, 1, text)


_NOT_SHOWN: Final = re.compile(r"{%.*?%}|{{.*?}}|<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
#: A text of so many words, or one that ends a sentence, is for people.
_SENTENCE: Final = re.compile(r"\w+ \w+ \w+ \w+|\w+ \w+[^.]*\.$")


def _messages(path: Path, tree: ast.Module) -> Iterator[NameFault]:
    """Yield the faults in the texts of a module that people see: messages, help, descriptions."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docstrings:
            continue
        if _SENTENCE.search(node.value) and "SELECT" not in node.value:
            yield from faults_in(path, node.lineno, node.value)
