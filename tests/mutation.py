"""Wrong versions of the library, made by changing the source of one function while a test runs."""

import ast
import contextlib
import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any


@contextlib.contextmanager
def mutated(function: Any, old: str, new: str) -> Iterator[None]:
    """`function` with its only `old` replaced by `new`, wherever it is already in use."""
    target = inspect.unwrap(function)
    lines, start = inspect.getsourcelines(target)
    source = "".join(lines)
    assert source.count(old) == 1, f"{target.__qualname__} has {source.count(old)} times {old!r}"
    with swapped(target, start, source, source.replace(old, new)):
        yield


@contextlib.contextmanager
def swapped(target: FunctionType, start: int, source: str, mutant: str) -> Iterator[None]:
    """`target`, whose source begins at line `start`, with the code of `mutant`."""
    module = inspect.getsource(inspect.getmodule(target))
    head = "".join(module.splitlines(keepends=True)[: start - 1])
    original, changed = target.__code__, head + mutant + module[len(head) + len(source) :]
    target.__code__ = _find(compile(changed, original.co_filename, "exec"), original)
    try:
        yield
    finally:
        target.__code__ = original


def operator_mutants(function: Any) -> list[tuple[str, str]]:
    """Each numbered statement of `function` with one operator exchanged: the statement, and the mutant."""
    lines, _ = inspect.getsourcelines(inspect.unwrap(function))
    mutants = []
    for line in lines:
        statement, marker, _ = line.strip().rpartition("  # (")
        if not marker:
            continue
        for i, node in enumerate(ast.walk(ast.parse(statement))):
            if isinstance(node, ast.BinOp) and type(node.op) in _EXCHANGED:
                tree = ast.parse(statement)
                changed: Any = list(ast.walk(tree))[i]
                changed.op = _EXCHANGED[type(node.op)]()
                mutants.append((statement, ast.unparse(tree)))
    return mutants


_EXCHANGED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Div,
}


def _find(code: CodeType, wanted: CodeType) -> CodeType:
    if code.co_qualname == wanted.co_qualname and code.co_firstlineno == wanted.co_firstlineno:
        return code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            with contextlib.suppress(LookupError):
                return _find(constant, wanted)
    raise LookupError(wanted.co_qualname)
