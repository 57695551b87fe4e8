"""Check names in Python source: banned identifiers that live long, and class names that are not unique."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Names that do not describe what they hold. Each may live for a few lines, where the context explains it.
BANNED: Final = frozenset(
    {
        "anew",
        "asked",
        "found",
        "gone",
        "likewise",
        "mine",
        "one",
        "own",
        "said",
        "some",
        "spoken",
        "there",
        "told",
        "whole",
    }
)
#: How many lines a banned name may live, from its binding to its last use.
SHORT_LIFE: Final = 5


@dataclass(frozen=True, slots=True)
class NameFault:
    """A name that breaks the rule: where it is bound, and why it is refused."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def long_lived(path: Path, tree: ast.Module) -> Iterator[NameFault]:
    """Yield each banned name that lives longer than SHORT_LIFE lines, or that names a function or class."""
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and scope.name.strip("_") in BANNED:
            yield NameFault(path, scope.lineno, f"{scope.name!r} does not say what the {_kind(scope)} is for.")
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _of_function(path, scope)
        elif isinstance(scope, ast.ClassDef | ast.Module):
            yield from _of_body(path, scope)


def repeated_classes(trees: Mapping[Path, ast.Module]) -> Iterator[NameFault]:
    """Yield each class whose name another class has too. Nested classes and tests are exempt."""
    places: dict[str, list[tuple[Path, int]]] = defaultdict(list)
    for path, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append((path, node.lineno))
    for name, uses in sorted(places.items()):
        first_path, first_line = uses[0]
        for path, line in uses[1:]:
            yield NameFault(path, line, f"The class name {name} is used already, in {first_path}:{first_line}.")


def _kind(scope: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    return "class" if isinstance(scope, ast.ClassDef) else "function"


def _of_function(path: Path, scope: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[NameFault]:
    bound: dict[str, int] = {}
    last: dict[str, int] = {}
    for argument in _arguments(scope.args):
        bound[argument.arg] = argument.lineno
    body = scope.body if isinstance(scope.body, list) else [scope.body]
    for node in _within(body):
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                bound.setdefault(node.id, node.lineno)
            last[node.id] = max(last.get(node.id, 0), node.lineno)
    for name, line in sorted(bound.items(), key=lambda item: item[1]):
        life = last.get(name, line) - line + 1
        if name.strip("_") in BANNED and life > SHORT_LIFE:
            yield NameFault(path, line, f"{name!r} lives for {life} lines and does not say what it holds.")


def _of_body(path: Path, scope: ast.ClassDef | ast.Module) -> Iterator[NameFault]:
    kind = "class attribute" if isinstance(scope, ast.ClassDef) else "module name"
    for node in scope.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Name) and target.id.strip("_") in BANNED:
                yield NameFault(path, target.lineno, f"{target.id!r} is a {kind} and does not say what it holds.")


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    rest = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]


def _within(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    for statement in body:
        yield from ast.walk(statement)
