"""What the commands of TeX mean: fractions, roots, sums, cases, functions."""

import ast
import re

from dlref.conformance.equations.cursor import ReadingError
from dlref.conformance.equations.expressions import Expressions

UNARY = {
    **{name: name for name in ("exp", "sin", "cos", "tanh", "max", "min", "log")},
    "ln": "log",
    "argmax": "argmax",
    "argmin": "argmin",
}
BELOW = re.compile(r"0\s*\\le\s*([a-z](?:\s*,\s*[a-z])*)\s*<\s*([a-z])")


class Commands(Expressions):
    """Reads what begins with a backslash and is no symbol."""

    functions: dict[str, tuple[tuple[str, ...], str]]

    def _command(self, command: str) -> str:
        if command in ("frac", "tfrac", "dfrac"):
            return f"(({self._argument()}) / ({self._argument()}))"
        if command == "sqrt":
            return f"sqrt({self._argument()})"
        if command in ("sum", "prod"):
            return self._over_indices(command)
        if command == "pi":
            return "pi()"
        if command == "#":
            return self._count()
        if command == "begin":
            return self._cases()
        if command == "mathbb" and self._raw_argument() == "E":
            self._expect("[")
            source = f"mean({self._sum()})"
            self._expect("]")
            return source
        if command in ("mathrm", "mathcal", "operatorname", "sigma"):
            return self._function(command)
        if command == "arg":
            command += self._word()
        if command in UNARY:
            if command != "log" and self._take("_"):
                return self._largest(UNARY[command])
            base = self._raw_argument() if self._take("_") else ""
            source = f"{UNARY[command]}({', '.join(self._arguments())})"
            return f"({source} / log({base}))" if base else source
        raise self._error(f"does not know \\{command}")

    def _over_indices(self, command: str) -> str:
        """A sum or product: its body is the product that follows it."""
        self._expect("_")
        inside = self._raw_argument()
        if below := BELOW.fullmatch(inside):
            return self._below(command, *below.groups())
        first = re.fullmatch(r"([a-z])\s*=\s*([01])", inside)
        letters = [first[1]] if first else list(inside.replace(" ", ""))
        last = self._argument() if self._take("^") else ""
        if first and last and first[2] == "0":
            last += " + 1"
        self.bound += letters
        body = self._product()
        for letter in reversed(letters):
            self.bound.remove(letter)
            size = _size(body, letter)
            body = f"{command}(lambda {letter}: {body}, {size}{f', {last}' if last else ''})"
        return body

    def _below(self, function: str, letters: str, size: str) -> str:
        r"""$\sum_{0 \le u, v < f} x_{s i + u, s j + v}$, and its likes: of indices that no symbol has alone."""
        names = re.findall(r"\w", letters)
        self.bound += names
        body = self._product()
        for name in reversed(names):
            self.bound.remove(name)
            body = f"{function}(lambda {name}: {body}, {size})"
        return body

    def _largest(self, function: str) -> str:
        r"""$\max_j y_j$, and its likes."""
        letter = self._raw_argument()
        if below := BELOW.fullmatch(letter):
            return self._below(f"{function}_over", *below.groups())
        self.bound.append(letter)
        body = self._product()
        self.bound.remove(letter)
        return f"{function}_over(lambda {letter}: {body}, {_size(body, letter)})"

    def _count(self) -> str:
        self._expect(r"\{")
        self._skip()
        letter = self.tex[self.place]
        self.place += 1
        self._expect(":")
        self.bound.append(letter)
        inside = self._comparison()
        self.bound.remove(letter)
        self._expect(r"\}")
        return f"sum(lambda {letter}: indicator({inside}), {_size(inside, letter)})"

    def _cases(self) -> str:
        self._expect("{cases}")
        parts = []
        while not self._take(r"\end{cases}"):
            value = self._sum()
            self._expect("&")
            parts += [self._comparison(), value]
            self._take("\\\\")
        return f"cases({', '.join(parts)})"

    def _function(self, command: str) -> str:
        name = command if command == "sigma" else self._raw_argument()
        if command == "mathcal" and name == "N":
            return f"normal({', '.join(self._arguments())})"
        arguments = self._arguments()
        if name not in self.functions:
            return f"{'sigmoid' if name == 'sigma' else name}({', '.join(arguments)})"
        parameters, body = self.functions[name]
        return _replaced(body, dict(zip(parameters, arguments, strict=True)))


def parsed(source: str) -> ast.expr:
    """The expression that a piece of Python source is."""
    return ast.parse(source.strip(), mode="eval").body


def _size(body: str, letter: str) -> str:
    """The length of the axis that the index runs over: of the first name that has it for an index."""
    for node in ast.walk(parsed(body)):
        if isinstance(node, ast.Subscript):
            entries = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            for axis, entry in enumerate(entries):
                if isinstance(entry, ast.Name) and entry.id == letter:
                    return f"{ast.unparse(node.value)}.shape[{axis}]"
    raise ReadingError(f"nothing has the index {letter}: {body}")


def _replaced(source: str, arguments: dict[str, str]) -> str:
    class Put(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            return parsed(arguments[node.id]) if node.id in arguments else node

    return f"({ast.unparse(Put().visit(parsed(source)))})"
