"""Find what the product writes down twice: lists of moves, signatures like that of an act, names of permissions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from django.apps import apps

from sanctions.accounts.permissions import Action
from sanctions.editorial.move_table import MOVES

ROOT: Final = Path(__file__).resolve().parents[2]
MOVE_TABLE: Final = "sanctions/editorial/move_table.py"
ACT: Final = "sanctions/ledger/versions.py"
PERMISSIONS: Final = "sanctions/accounts/permissions.py"
#: So many moves in one list are a second table.
FEW: Final = 2
#: The parts of an act, by the names that parameters and fields have for them.
_ACTOR: Final = frozenset({"by", "user", "account"})
_REST: Final = frozenset({"at", "reason", "address"})
_WORDS: Final = frozenset(
    word for rule in MOVES for word in (rule.verb, rule.command, rule.name, rule.action, str(rule.move)) if word
)
_ACTIONS: Final = "|".join(Action)
#: ``sanctions.publish_order``, or the beginning of it in an f-string; or ``publish_order`` for a model that exists.
_FULL_NAME: Final = re.compile(rf"(^[a-z_]+)?\.({_ACTIONS})_")
_CODENAME: Final = re.compile(rf"^({_ACTIONS})_(\w+)$")


def product() -> dict[str, ast.Module]:
    """Return the parsed modules of the product, without migrations, by their paths."""
    files = [file for folder in ("sanctions", "api") for file in sorted((ROOT / folder).rglob("*.py"))]
    return {
        file.relative_to(ROOT).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in files
        if "migrations" not in file.parts
    }


def second_tables(trees: Mapping[str, ast.Module]) -> Iterator[str]:
    """Yield the place of each list outside the table that names more than a few moves."""
    for path, tree in trees.items():
        if path == MOVE_TABLE:
            continue
        for node in ast.walk(tree):
            if len(moves := set(_moves_in(node))) > FEW:
                yield f"{path}:{node.lineno}: {', '.join(sorted(moves))}"  # type: ignore[attr-defined]


def _moves_in(node: ast.AST) -> Iterator[str]:
    """Yield the moves that a list, tuple, set or dict names itself or in pairs."""
    elements = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", ())
    for element in elements:
        for part in (element, *(element.elts[:1] if isinstance(element, ast.Tuple) else ())):
            if isinstance(part, ast.Constant) and part.value in _WORDS:
                yield str(part.value)
            elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "Move":
                yield f"Move.{part.attr}"


def second_acts(trees: Mapping[str, ast.Module]) -> Iterator[str]:
    """Yield the place of each function, and each class of data, that spells out three of the four parts of an act."""
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                arguments = node.args
                names = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
            elif isinstance(node, ast.ClassDef) and node.decorator_list:
                names = {
                    each.target.id
                    for each in node.body
                    if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
                }
            else:
                continue
            if (path, node.name) != (ACT, "Act") and bool(names & _ACTOR) + len(names & _REST) > FEW:
                yield f"{path}:{node.lineno}: {node.name}"


def permission_names(trees: Mapping[str, ast.Module]) -> Iterator[str]:
    """Yield the place of each text outside the module of permissions that names one, and of each direct question."""
    models = {model._meta.model_name for model in apps.get_models()}
    for path, tree in trees.items():
        if path == PERMISSIONS:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                codename = _CODENAME.match(node.value)
                if _FULL_NAME.search(node.value) or (codename and codename[2] in models):
                    yield f"{path}:{node.lineno}: {node.value!r}"
            elif isinstance(node, ast.Attribute) and node.attr in ("has_perm", "has_perms", "with_perm"):
                yield f"{path}:{node.lineno}: {node.attr}"
