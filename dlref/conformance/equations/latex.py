r"""Reads an equation: $\frac{m}{1 - \beta_1^t}$ is the Python expression `m / (1 - beta_1**t)`.

The grammar is that of the lectures. What it does not know is an error, never skipped. The names of symbols are those
of the code, by `symbols.names`.
"""

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dlref.conformance.equations import symbols
from dlref.conformance.equations.commands import Commands, parsed
from dlref.conformance.equations.cursor import SPACE, ReadingError
from dlref.conformance.equations.indices import MATRIX, STEP

REDUCTIONS = ("max", "min", "argmax", "argmin", "argtop", "norm", "softmax", "mean", "outer")


@dataclass(frozen=True)
class Reading:
    r"""What an equation says.

    Args:
        target: the name of the symbol on its left, or None where that is an expression, `L(y, y_hat)` or `1 - beta`.
        members: what it is equal to, as Python expressions; more than one in a chain $x = a = b$.
        updates: whether the target stands on the right too, with its value of before: it has `:=`, or $x_{t-1}$.
        parameters: the names in the brackets of its left side.
        index: the indices that run over the entries of the left side, as in $h(z)_j = \dots$ or $z_{ij} = \dots$
    """

    target: str | None
    members: tuple[ast.expr, ...]
    updates: bool
    function: str = ""
    parameters: tuple[str, ...] = ()
    index: str = ""
    clauses: dict[str, str] = field(default_factory=dict)


class Reader(Commands):
    r"""Reads equations.

    Args:
        known: the names that the code has.
        functions: what earlier equations define as functions: the parameters, and the expression.
        clauses: what earlier equations say of a symbol in passing, such as $r \sim U[0, 1]$.
    """

    def __init__(
        self,
        known: Iterable[str],
        functions: dict[str, tuple[tuple[str, ...], str]] | None = None,
        clauses: dict[str, str] | None = None,
    ) -> None:
        super().__init__(known, clauses)
        self.functions = functions or {}

    def equation(self, tex: str) -> Reading:
        """Reads one numbered equation."""
        main, *clauses = re.split(r",\s*\\q?quad\s*(?=[a-z]\s*(?:=|\\sim))", tex)
        texts = dict(self._clause(clause) for clause in clauses)
        left, sign, right = main.partition(":=" if ":=" in main else "=")
        target, function, parameters, index = self._left(left)
        if step := re.search(r"\\langle\s*([a-z])", right):
            self.time = step[
                1
            ]  # $\Gamma_u = \dots x^{\langle t \rangle}$: of this step, and u is no index
        entry = rf"_\{{(?:[a-z]{self.time}|{self.time}[a-z])\}}|\\[lg]e {self.time}\b"
        if self.time and re.search(entry, right):
            index, self.time = (
                self.time,
                "",
            )  # $k_j = \dots m_{ij}$, $[i \le k]$: an entry, and no time
        self.bound = list(index)
        # A clause may use what the equation uses, so it is read with the same names.
        self.clauses |= {name: read() for name, read in texts.items()}
        if not sign:
            raise ReadingError(f"no equation: {tex}")
        members = tuple(parsed(self.expression(part)) for part in split_chain(right))
        steps = (f"{self.time}-1", right), (f"{self.time}+", left)
        before = bool(self.time) and any(step in side.replace(" ", "") for step, side in steps)
        updates = sign == ":=" or before
        for member in members:
            if target and not updates and target in names_of(member) - set(ranks_of(member)):
                raise ReadingError(f"{target} is defined by itself: {tex}")
        return Reading(target, members, updates, function, parameters, index, dict(self.clauses))

    def _left(self, tex: str) -> tuple[str | None, str, tuple[str, ...], str]:
        tex = SPACE.sub(" ", tex).strip()
        if match := re.fullmatch(
            r"(?:\\mathrm\{(\w+)\}|\\mathcal (\w)|\\(\w+))\s*\((.+)\)(?:_(\w))?", tex
        ):
            roman, script, other, inside, index = match.groups()
            names = tuple(self.expression(part) for part in inside.split(","))
            return None, roman or script or other, names, index or ""
        if match := re.fullmatch(r"\w_\{([a-z]{2,})\}", tex):
            return None, "", (), match[1]
        match = symbols.SYMBOL.match(tex)
        if match and (raised := STEP.fullmatch(tex, match.end())):
            self.time = raised[1]
        elif not match or match.end() < len(tex):
            return None, "", (), ""
        base, power, index = match["base"], match["power"] or "", match["index"] or ""
        if re.fullmatch(r"_\{?[a-z]\}?", index):
            self.time = index.strip("_{}")
        return self._name(base, power, index)[0], "", (), ""

    def _clause(self, tex: str) -> tuple[str, Callable[[], str]]:
        r"""`j = ...`, or `r \sim U[a, b]`: the name and, once the left side is known, what it stands for."""
        match = re.fullmatch(r"\s*([a-z])\s*(=|\\sim)\s*(.+?)\s*", tex, re.S)
        if not match:
            raise ReadingError(f"cannot read the clause: {tex}")
        name, sign, text = match.groups()
        if sign == "=":
            return name, lambda: self.expression(text)
        if interval := re.fullmatch(r"U\[(.+?),(?:\\ |\s)+(.+)\]", text):
            return name, lambda: "uniform({}, {})".format(*map(self.expression, interval.groups()))
        if whole := re.fullmatch(r"U\\\{(.+?),\s*\\dots,\s*(.+?)\\\}", text):
            return name, lambda: "uniform_integer({}, {})".format(
                *map(self.expression, whole.groups())
            )
        raise ReadingError(f"cannot read the distribution: {text}")


def names_of(expression: ast.AST) -> set[str]:
    """The names that stand in an expression and are no functions and no indices of a sum."""
    called = {
        node.func.id
        for node in ast.walk(expression)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    indices = {
        argument.arg
        for node in ast.walk(expression)
        if isinstance(node, ast.Lambda)
        for argument in node.args.args
    }
    names = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    return names - called - indices


def ranks_of(expression: ast.AST) -> dict[str, int]:
    """How many axes the names have by which entries are taken, or a largest one is sought."""
    found = {}
    for node in ast.walk(expression):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            index = node.slice
            found[node.value.id] = len(index.elts) if isinstance(index, ast.Tuple) else 1
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            for name in names_of(_last_factor(node.left)) | names_of(node.right):
                found.setdefault(name, 2 if re.fullmatch(MATRIX, name) else 1)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in REDUCTIONS:
            entries = node.args[:1] if ast.unparse(node.func) == "argtop" else node.args
            for name in set().union(*map(names_of, entries)):
                found.setdefault(name, 1)
    return found


def _last_factor(node: ast.expr) -> ast.expr:
    """The matrix of a product with numbers before it."""
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        node = node.right
    return node


def split_chain(tex: str) -> list[str]:
    """What stands between the equals signs that are in no brackets."""
    parts, depth = [""], 0
    for token in re.findall(r"\\[{}]|.", tex, re.DOTALL):  # a bracket that is printed is one token
        depth += (token[-1] in "([{") - (token[-1] in ")]}")
        if token == "=" and not depth:
            parts.append("")
        else:
            parts[-1] += token
    return parts
