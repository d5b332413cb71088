"""Wrong versions: of a function of the library, while something runs; of an expression, by slips of the pen."""

import ast
import contextlib
import copy
import inspect
import sys
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
    module = inspect.getsource(sys.modules[target.__module__])
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


def expression_mutants(expression: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """An expression with one mistake in it: an operator exchanged, a square lost, an epsilon moved, t - 1 for t.

    Yields:
        What was done, and the wrong expression.
    """
    counted = [
        n.value for n in ast.walk(expression) if isinstance(n, ast.Attribute) and n.attr == "shape"
    ]
    for i, node in enumerate(ast.walk(expression)):
        if node in counted:  # a size is the same, whatever is done to the entries
            continue
        for what, changed in _slips(node):
            tree = ast.Expression(copy.deepcopy(expression))
            _Put(list(ast.walk(tree.body))[i], changed).visit(tree)
            yield what, ast.fix_missing_locations(tree).body


class _Put(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return copy.deepcopy(self.new) if node is self.old else self.generic_visit(node)


def _slips(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """What is wrongly written for a part of an expression."""
    source = ast.unparse(node)

    def wrong(what: str, text: str) -> tuple[str, ast.expr]:
        return f"{what}: {text} for {source}", ast.parse(text, mode="eval").body

    if isinstance(node, ast.BinOp) and type(node.op) in _EXCHANGED:
        exchanged = ast.BinOp(node.left, _EXCHANGED[type(node.op)](), node.right)
        yield wrong("operator", ast.unparse(exchanged))
        if isinstance(node.op, ast.Pow):
            yield wrong("power lost", ast.unparse(node.left))
        if isinstance(node.op, ast.Mult) and isinstance(node.left, ast.Constant):
            yield wrong("factor lost", ast.unparse(node.right))
        if isinstance(node.op, ast.Add) and _called(node.left) == "sqrt":
            root: Any = node.left
            argument = ast.unparse(root.args[0])
            moved = f"{ast.unparse(root.func)}({argument} + {ast.unparse(node.right)})"
            yield wrong("moved into the root", moved)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield wrong("sign", ast.unparse(node.operand))
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _REVERSED:
        reverse = ast.Compare(node.left, [_REVERSED[type(node.ops[0])]()], node.comparators)
        yield wrong("comparison", ast.unparse(reverse))
    if isinstance(node, ast.Call) and _called(node) in _LOST:
        yield wrong("function lost", ast.unparse(node.args[0]))
        inside = node.args[0]
        if (
            _called(node) == "sqrt"
            and isinstance(inside, ast.BinOp)
            and isinstance(inside.op, ast.Add)
        ):
            left, right = ast.unparse(inside.left), ast.unparse(inside.right)
            yield wrong("moved out of the root", f"({ast.unparse(node.func)}({left}) + {right})")
    if isinstance(node, ast.Call) and _called(node) in _NEIGHBOURS:
        name = source.replace(_called(node), _NEIGHBOURS[_called(node)], 1)
        yield wrong("function", name)
    if isinstance(node, ast.Name):
        if node.id in ("t", "epoch"):
            yield wrong("time", f"({node.id} - 1)")
        for ending in ("_hat", "_next", "_test"):
            if node.id.endswith(ending):
                yield wrong("accent", node.id.removesuffix(ending))
        if node.id.endswith(("_1", "_2")):
            yield wrong("index", node.id[:-1] + str(3 - int(node.id[-1])))


def _called(node: ast.AST) -> str:
    """The function that is called, `sqrt` in `ops.sqrt(s)` too."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", "") or getattr(function, "id", "")


_LOST = ("sqrt", "exp", "log", "abs", "_abs", "floor", "log1p", "expm1", "softplus")
_NEIGHBOURS = {"max": "min", "min": "max", "maximum": "minimum", "argmax": "argmin"}
_REVERSED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
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
