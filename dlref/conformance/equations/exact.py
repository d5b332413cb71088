"""Expressions that are calculated without rounding: a half is `1 / 2`, and no float."""

import ast
import functools
from collections.abc import Mapping
from typing import Any

from dlref.conformance.equations import statements
from dlref.conformance.equations.functions import FUNCTIONS


def evaluated(expression: ast.expr, values: Mapping[str, Any]) -> Any:
    """What an expression is for these values of its names."""
    code = statements.compiled(with_exact_constants(expression))
    return eval(code, {**FUNCTIONS, **values})


class _Exact(ast.NodeTransformer):
    """Numbers that are calculated with as exact ones: `1 / 2` is a half, and 0.1 a tenth."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        for side in ("left", "right"):
            operand = getattr(node, side)
            if isinstance(operand, ast.Constant) and type(operand.value) in (int, float):
                exact = f"__import__('sympy').Rational('{operand.value!r}')"
                setattr(node, side, ast.parse(exact, mode="eval").body)
        return node


@functools.cache  # of the same expression at every point
def with_exact_constants(expression: ast.expr) -> ast.expr:
    """The expression, its constants as `_Exact` has them."""
    copy = ast.parse(ast.unparse(expression), mode="eval")
    return ast.fix_missing_locations(_Exact().visit(copy)).body
