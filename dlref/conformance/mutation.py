"""Wrong versions: of a function of the library, while something runs; of an expression, by slips of the pen."""

import ast
import contextlib
import copy
import importlib
import inspect
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any


def functions_of(name: str) -> Iterator[list[Any]]:
    """The functions of an object of dlref, `"optimizers.Adam"`: its own, then those of its file.

    A function's own are itself and the private ones of its file; a recurrent layer's are those of its cell too.
    """
    area, _, attribute = name.partition(".")
    thing = getattr(importlib.import_module(f"dlref.{area}"), attribute, None)
    thing = thing or getattr(importlib.import_module("dlref.tuning.space"), attribute)
    classes = [thing, getattr(thing, "cell_class", object)] if isinstance(thing, type) else []
    parents = [parent for each in classes for parent in each.__mro__]
    methods = [v for c in parents if c.__module__.startswith("dlref.") for v in vars(c).values()]
    file = [f for f in vars(sys.modules[thing.__module__]).values() if _is_of(thing, f)]
    private = [f for f in file if inspect.isfunction(f) and f.__name__.startswith("_")]
    for functions in ([thing, *private] if inspect.isfunction(thing) else methods, file):
        yield [f for f in functions if inspect.isfunction(inspect.unwrap(f))]


def _is_of(thing: Any, function: Any) -> bool:
    return getattr(function, "__module__", "") == thing.__module__


def holding(name: str, text: str) -> Any:
    """The function of an object, or of its file, in whose source `text` stands once.

    Raises:
        LookupError: if it is not exactly one function.
    """
    for functions in functions_of(name):
        found = [f for f in functions if inspect.getsource(inspect.unwrap(f)).count(text) == 1]
        if len(found) == 1:
            return found[0]
    raise LookupError(f"{name}: {text!r} stands in no function, or in several")


@contextlib.contextmanager
def mutated(function: Any, *changes: tuple[str, str]) -> Iterator[None]:
    """`function` with the only place of each change's first text holding its second, wherever it is already in use.

    Raises:
        LookupError: if a text does not stand there once.
    """
    target = inspect.unwrap(function)
    lines, start = inspect.getsourcelines(target)
    source = mutant = "".join(lines)
    for old, new in changes:
        if mutant.count(old) != 1:
            raise LookupError(f"{target.__qualname__} has {mutant.count(old)} times {old!r}")
        mutant = mutant.replace(old, new)
    with swapped(target, start, source, mutant):
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


def statement_mutants(function: Any) -> Iterator[tuple[int, str, tuple[str, str]]]:
    """Each numbered statement of `function` with one slip of the pen in it.

    Yields:
        The statement's number, what was done, and the statement with the mutant, as `mutated` takes them.
    """
    for line in inspect.getsourcelines(inspect.unwrap(function))[0]:
        statement, _, number = line.strip().rpartition("  # (")
        if not statement:
            continue
        tree: Any = ast.parse(statement).body[0]
        for what, mutant in expression_mutants(tree.value):
            changed = copy.copy(tree)
            changed.value = mutant
            yield int(number.rstrip(")")), what, (statement, ast.unparse(changed))


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


_LOST = ("sqrt", "exp", "log", "abs", "absolute", "floor", "log1p", "expm1", "softplus")
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
