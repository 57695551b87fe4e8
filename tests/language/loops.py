"""Find tests that pass when a list is empty: every assertion is in a loop over something that may have no items."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.language.names import NameFault

#: Functions whose result has items if their arguments have.
_KEEP_ITEMS: Final = frozenset({"dict", "enumerate", "list", "product", "reversed", "set", "sorted", "tuple", "zip"})
_VIEWS: Final = frozenset({"items", "keys", "values"})
_Loops = tuple[ast.For | ast.AsyncFor, ...]


def empty_loops(path: Path, tree: ast.Module) -> Iterator[NameFault]:
    """Yield each test whose assertions are all in loops that may have no items.

    A loop over a literal, an enumeration or a constant that is imported (both written with a capital) has items. Tests
    of random data are exempt: some example has items.
    """
    constants = _bindings(tree.body)
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or not function.name.startswith("test_"):
            continue
        if any("given" in ast.unparse(decorator) for decorator in function.decorator_list):
            continue
        known = constants | _bindings(list(ast.walk(function)))
        loops = list(_loops_of_assertions(function, ()))
        if loops and not any(all(_has_items(loop.iter, known) for loop in around) for around in loops):
            yield NameFault(
                path, function.lineno, f"{function.name} passes if a list is empty: assert first that it has items."
            )


def _bindings(nodes: list[ast.AST] | list[ast.stmt]) -> dict[str, ast.expr | None]:
    """Return what names are bound to; ``None`` for an imported one."""
    bound: dict[str, ast.expr | None] = {}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {alias.asname or alias.name: None for alias in node.names}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            bound[node.target.id] = node.value
        elif isinstance(node, ast.Assign):
            bound |= {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}
    return bound


def _loops_of_assertions(node: ast.AST, around: _Loops) -> Iterator[_Loops]:
    """Yield for each assertion the loops around it."""
    if isinstance(node, ast.Assert) or (isinstance(node, ast.With) and _asserts(node)):
        yield around
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.Lambda):
            continue
        is_body = isinstance(node, ast.For | ast.AsyncFor) and child in node.body
        yield from _loops_of_assertions(child, (*around, node) if is_body else around)  # type: ignore[arg-type]


def _asserts(block: ast.With) -> bool:
    """Whether a block expects an exception or a number of queries."""
    calls = (item.context_expr.func for item in block.items if isinstance(item.context_expr, ast.Call))
    return any(word in ast.unparse(call) for call in calls for word in ("raises", "assert", "warns"))


def _has_items(node: ast.expr, known: Mapping[str, ast.expr | None]) -> bool:
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(not isinstance(item, ast.Starred) or _has_items(item.value, known) for item in node.elts)
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        return all(not part.ifs and _has_items(part.iter, known) for part in node.generators)
    if isinstance(node, ast.Name):
        return _name_has_items(node.id, known)
    if isinstance(node, ast.Call):
        return _call_has_items(node, known)
    return _expression_has_items(node, known)


def _expression_has_items(node: ast.expr, known: Mapping[str, ast.expr | None]) -> bool:
    match node:
        case ast.Dict():
            return bool(node.keys)
        case ast.BinOp():
            return _has_items(node.left, known)
        case ast.Subscript(slice=ast.Slice(), value=value):
            return _has_items(value, known)
        case ast.IfExp():
            return _has_items(node.body, known) and _has_items(node.orelse, known)
        case ast.Attribute():
            return node.attr[:1].isupper()
    return False


def _name_has_items(name: str, known: Mapping[str, ast.expr | None]) -> bool:
    if name not in known:
        return False
    value = known[name]
    if value is None:
        return name[:1].isupper()
    return _has_items(value, {other: bound for other, bound in known.items() if other != name})


def _call_has_items(node: ast.Call, known: Mapping[str, ast.expr | None]) -> bool:
    match node.func:
        case ast.Name(id="range"):
            return True
        case ast.Name(id=name):
            return name in _KEEP_ITEMS and bool(node.args) and all(_has_items(item, known) for item in node.args)
        case ast.Attribute(attr=name, value=value):
            return name in _VIEWS and _has_items(value, known)
    return False
