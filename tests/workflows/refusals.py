"""Every text a refusal can say, read from the code: who calls `refused` with which `Say`."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOORS = ("refused", "refuse", "_refuse_plain", "_refuse_start")


def refusal_ids() -> dict[str, str]:
    """{text id: where it is refused}. A `Say` kept in a name, or made by a function of the same rooms, counts too."""
    functions: dict[str, ast.FunctionDef] = {}
    homes: dict[str, str] = {}
    for room in ("packstation/workflows", "packstation/station"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    where = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                    functions[where] = node
                    homes.setdefault(node.name, where)
    found: dict[str, str] = {}
    for where, function in functions.items():
        if function.name in DOORS:
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and _name(call.func) in DOORS:
                for argument in call.args:
                    for text_id in _ids(argument, function, functions, homes):
                        found.setdefault(text_id, where)
    return found


def _ids(
    node: ast.expr, function: ast.FunctionDef, functions: dict[str, ast.FunctionDef], homes: dict[str, str]
) -> set[str]:
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            return _ids(body, function, functions, homes) | _ids(orelse, function, functions, homes)
        case ast.Call(func=func, args=[first, *_]) if _name(func) == "Say":
            return _constants(first)
        case ast.Call(func=func) if _name(func) in homes:
            made = functions[homes[_name(func)]]
            if "Say" not in ast.unparse(made.returns or ast.Constant("")):
                return set()
            returns = (one.value for one in ast.walk(made) if isinstance(one, ast.Return) and one.value is not None)
            return {one for value in returns for one in _ids(value, made, functions, homes)}
        case ast.Name(id=name):
            kept = [
                assign.value
                for assign in ast.walk(function)
                if isinstance(assign, ast.Assign) and any(_name(target) == name for target in assign.targets)
            ]
            return {one for value in kept for one in _ids(value, function, functions, homes)}
    return set()


def _constants(node: ast.expr) -> set[str]:
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=body, orelse=orelse):
            return _constants(body) | _constants(orelse)
    return set()


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
