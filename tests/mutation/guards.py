"""The guards of a module, and the module without one of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Functions that reject by raising: a statement that only calls one is a guard.
_CHECKS: Final = ("require_", "_require_", "clean_reason")


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard: its place, the lines that run only when it rejects, and the text of the module without it."""

    path: Path
    line: int
    text: str
    refusing: frozenset[int]
    mutant: str

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line}: {self.text}"


def guards_of(path: Path) -> list[Guard]:
    """Return the guards of a module: each ``if`` that raises, each check, and each operand of a permission."""
    text = path.read_text()
    return [*_raising(path, text), *_operands(path, text)]


def _raising(path: Path, text: str) -> Iterator[Guard]:
    lines = text.splitlines(keepends=True)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], ast.Raise):
            # The condition may bind a name that later lines use.
            bound = [found.target.id for found in ast.walk(node.test) if isinstance(found, ast.NamedExpr)]
            refusing = frozenset(range(node.body[0].lineno, _end(node) + 1))
            keep = ast.get_source_segment(text, node.test) or "" if bound else "pass"
            yield _without(path, lines, node, f"({keep})" if bound else keep, refusing)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _name(node.value).startswith(_CHECKS):
            yield _without(path, lines, node, "pass", frozenset({node.lineno}))


def _operands(path: Path, text: str) -> Iterator[Guard]:
    """Yield a guard for each condition that a permission joins by ``and``."""
    if path.name != "permissions.py":
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            for operand in node.values:
                segment = ast.get_source_segment(text, operand) or ""
                start, end = (
                    _offset(text, operand.lineno, operand.col_offset),
                    _offset(text, operand.end_lineno or 0, operand.end_col_offset or 0),
                )
                mutant = f"{text[:start]}True{text[end:]}"
                yield Guard(path, operand.lineno, segment, frozenset({operand.lineno}), mutant)


def _without(path: Path, lines: list[str], node: ast.stmt, instead: str, refusing: frozenset[int]) -> Guard:
    indent = " " * node.col_offset
    first = lines[node.lineno - 1].strip()
    mutant = [*lines[: node.lineno - 1], f"{indent}{instead}\n", *lines[_end(node) :]]
    return Guard(path, node.lineno, first, refusing, "".join(mutant))


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _offset(text: str, line: int, column: int) -> int:
    """Return the place in the text of a column, which ``ast`` counts in bytes of UTF-8."""
    before = text.splitlines(keepends=True)
    return sum(map(len, before[: line - 1])) + len(before[line - 1].encode()[:column].decode())
