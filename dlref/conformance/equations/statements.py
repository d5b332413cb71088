"""Runs a numbered statement on values of our own: the statement itself, with what it needs of the lines before it."""

import ast
import builtins
import contextlib
import functools
import importlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import CodeType, ModuleType
from typing import Any
from unittest import mock

from dlref.conformance.equations.instances import Self, Super
from dlref.conformance.equations.operations import OPS

ASSIGNED = {"assign": "{1}", "assign_add": "{0} + {1}", "assign_sub": "{0} - {1}"}
REPLACED = {"ops": OPS, "np": OPS, "math": OPS}
_source = functools.cache(ast.unparse)  # of an expression that is run at hundreds of points


@dataclass(frozen=True)
class Statement:
    """A numbered statement.

    Args:
        target: what it sets, as source: `m`, `self.moving_mean`; empty where it returns.
        value: the expression it sets it to.
        before: for each way through the branches above it, the statements it may need, in their order.
        defaults: the parameters of the functions around it, with their defaults.
        names: all names in these functions.
    """

    target: str
    value: ast.expr
    before: list[list[ast.stmt]]
    defaults: dict[str, Any]
    names: frozenset[str]

    def with_value(self, value: ast.expr) -> "Statement":
        """The statement with another expression."""
        return Statement(self.target, value, self.before, self.defaults, self.names)


def find(function: ast.FunctionDef, line: int) -> Statement:
    """The statement that ends on `line`, in `function` or in a function inside it."""
    before, defaults, body = [[]], {}, [function]
    names = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
    names |= {n.arg for n in ast.walk(function) if isinstance(n, ast.arg)}
    while True:
        for node in body:
            if node.lineno <= line <= (node.end_lineno or 0):
                break
            before = [path + way for path in before for way in _ways(node)]
        if isinstance(node, ast.FunctionDef):
            defaults |= _defaults(node)
        if not hasattr(node, "body"):
            return Statement(*_split(node), before, defaults, frozenset(names))
        inside = [*node.body, *getattr(node, "orelse", [])]
        branch = getattr(node, "orelse", [])
        body = branch if any(n.lineno <= line <= (n.end_lineno or 0) for n in branch) else inside


def _ways(node: ast.stmt) -> list[list[ast.stmt]]:
    """The statements of each branch, all in one list where there are none."""
    if not isinstance(node, ast.If):
        return [[node]]
    ways = []
    for branch in (node.body, node.orelse):
        if not any(isinstance(n, ast.Return | ast.Raise | ast.Continue) for n in branch):
            inside = [_ways(n) for n in branch]
            ways += [list(itertools.chain(*way)) for way in itertools.product(*inside)]
    return ways or [[]]


def _defaults(function: ast.FunctionDef) -> dict[str, Any]:
    """The parameters that have a number, a word or None for their default."""
    found: dict[str, Any] = {}
    arguments, defaults = function.args.args, function.args.defaults
    for argument, default in zip(reversed(arguments), reversed(defaults), strict=False):
        with contextlib.suppress(ValueError):
            found[argument.arg] = ast.literal_eval(default)
    return found


def _split(node: ast.stmt) -> tuple[str, ast.expr]:
    if isinstance(node, ast.Return) and node.value:
        return "", node.value
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]), node.value
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        method = getattr(node.value.func, "attr", "")
        if method in ASSIGNED:
            arguments = [ast.unparse(argument) for argument in node.value.args]
            source = ASSIGNED[method].format(arguments[0], f"({arguments[1]})")
            return arguments[0], ast.parse(source, mode="eval").body
    raise NotImplementedError(f"no statement that sets something: {ast.unparse(node)}")


def run(
    statement: Statement,
    module: ModuleType,
    values: Mapping[str, Any],
    instance: Any = None,
    expanded: frozenset[str] = frozenset(),
) -> Iterator[Any]:
    """What the statement computes, once for each way through the branches above it.

    Args:
        statement: what to run.
        module: where it stands.
        values: what names and attributes of `self` stand for.
        instance: an object of its class, for methods and for what `values` does not hold.
        expanded: names of `values` that are taken from the statements above instead.
    """
    seen = set()
    for path in statement.before:
        given = (set(values) | set(statement.defaults) | set(REPLACED)) - expanded
        needed = _needed(statement.value, path, given)
        source = "\n".join(map(_source, needed))
        if source in seen:
            continue
        seen.add(source)
        yield _evaluate(
            statement.value, needed, module, values, instance, expanded, statement.defaults
        )


def _needed(value: ast.expr, path: list[ast.stmt], given: set[str]) -> list[ast.stmt]:
    """Those statements of a path that set what the value needs and nothing gives."""
    wanted, needed = _loaded(value) - given, []
    for node in reversed(path):
        if wanted & _stored(node):
            needed.insert(0, node)
            wanted = (wanted - _stored(node)) | (_loaded(node) - given)
    return needed


def _evaluate(
    value: ast.expr,
    needed: list[ast.stmt],
    module: ModuleType,
    values: Mapping[str, Any],
    instance: Any,
    expanded: frozenset[str],
    defaults: dict[str, Any],
) -> Any:
    fixed = {name: v for name, v in values.items() if name not in expanded}
    given = {**defaults, **fixed, "self": Self(instance, fixed), "super": lambda: Super(instance)}
    with _patched(module, instance, REPLACED):
        namespace = {**vars(module), **REPLACED, **given}
        try:
            for node in needed:
                exec(compiled(node), namespace)
                namespace.update(fixed)
            return eval(compiled(value), namespace)
        except NameError as error:
            raise LookupError(f"needs `{error.name}`, which the equation does not have") from error


@functools.cache
def compiled(node: ast.expr | ast.stmt) -> CodeType:
    """The code of an expression or a statement."""
    if isinstance(node, ast.expr):
        return compile(ast.Expression(node), "<equation>", "eval")
    return compile(ast.Module([node], []), "<equation>", "exec")


@contextlib.contextmanager
def _patched(module: ModuleType, instance: Any, replaced: dict[str, Any]) -> Iterator[None]:
    """`ops` replaced in the module, and in those of the classes that `instance` inherits from dlref."""
    parents = type(instance).__mro__ if instance is not None else ()
    names = {module.__name__, *(c.__module__ for c in parents if c.__module__.startswith("dlref."))}
    with contextlib.ExitStack() as stack:
        for patched in map(importlib.import_module, names):
            found = {name: v for name, v in replaced.items() if hasattr(patched, name)}
            stack.enter_context(mock.patch.dict(vars(patched), found))
        yield


@functools.cache
def _loaded(node: ast.AST) -> set[str]:
    """The names that a statement reads, without those of its own lambdas and functions."""
    own = {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
    if isinstance(node, ast.FunctionDef):
        own |= _stored_inside(node)
    loaded = {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    defaults = [d for n in ast.walk(node) if isinstance(n, ast.arguments) for d in n.defaults]
    outer = {n.id for d in defaults for n in ast.walk(d) if isinstance(n, ast.Name)}
    return (loaded - own | outer) - set(vars(builtins))


@functools.cache
def _stored(node: ast.AST) -> set[str]:
    return {node.name} if isinstance(node, ast.FunctionDef) else _stored_inside(node)


def _stored_inside(node: ast.AST) -> set[str]:
    return {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
