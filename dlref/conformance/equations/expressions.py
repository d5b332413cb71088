r"""The grammar of expressions: sums of products of factors, symbols and their indices.

A method for each level, from the lowest; each returns Python source.
"""

import re
from collections.abc import Iterable

from dlref.conformance.equations import symbols
from dlref.conformance.equations.cursor import COMMAND, Cursor

PAIRS = {
    "(": (")", ""),
    r"\lvert": (r"\rvert", "abs"),
    r"\lVert": (r"\rVert", "norm"),
    r"\|": (r"\|", "norm"),
    "|": ("|", "abs"),
    r"\lfloor": (r"\rfloor", "floor"),
    r"\lceil": (r"\rceil", "ceil"),
    "[": ("]", "indicator"),
}
TIMES = {r"\cdot": "*", r"\times": "*", r"\odot": "*", "/": "/"}
RELATIONS = {
    "<": "<",
    ">": ">",
    r"\le": "<=",
    r"\ge": ">=",
    r"\leq": "<=",
    r"\geq": ">=",
    "=": "==",
}
# A capital letter is a matrix: beside a letter that is not its entry it means the product of the two.
MATRIX = re.compile(r"(?:(?<![\w.])[A-Z](?:_[a-z0-9]+)?|transpose\(\w+\))$")
MATRIX_OR_VECTOR = re.compile(r"[a-zA-Z](?:_\w+)?|transpose\(\w+\)|\(\w+\)")
STEP = re.compile(r"\^\{\\langle\s*([a-z])\s*(-\s*1)?\s*\\rangle\}")  # $a^{\langle t - 1 \rangle}$


class Expressions(Cursor):
    """Reads expressions whose symbols the code calls by the names in `known`."""

    def __init__(self, known: Iterable[str], clauses: dict[str, str] | None = None) -> None:
        self.known = frozenset(known)
        self.clauses = dict(clauses or {})
        self.bound: list[str] = []  # indices that a sum or the left side runs over
        self.time = ""  # the index of the left side that is no entry but a time

    def expression(self, tex: str) -> str:
        """Reads an expression to its end, as Python source."""
        self.tex, self.place = tex, 0
        source = self._sum()
        self._skip()
        if self.place < len(self.tex):
            raise self._error("cannot read")
        return source

    def _sum(self) -> str:
        source = self._unary_product()
        while sign := self._take("+", "-"):
            source += f" {sign} {self._product()}"
        return source

    def _unary_product(self) -> str:
        return f"-{self._product()}" if self._take("-") else self._product()

    def _product(self) -> str:
        source = self._factor()
        while True:
            if sign := self._take(*TIMES):
                source = f"{source} {TIMES[sign]} {self._factor()}"
            elif self._starts_factor():
                factor = self._factor()
                matrices = MATRIX.search(source) and MATRIX_OR_VECTOR.fullmatch(factor)
                source = f"{source} {'@' if matrices else '*'} {factor}"
            else:
                return source

    def _starts_factor(self) -> bool:
        self._skip()
        rest = self.tex[self.place :]
        command = COMMAND.match(rest)
        if command:
            closing = {closer for closer, _ in PAIRS.values() if closer not in PAIRS}
            return command[0] not in {*closing, *RELATIONS, r"\\", r"\}", r"\end", r"\|", r"\sim"}
        return bool(rest) and (rest[0].isalnum() or rest[0] in "([{")

    def _factor(self) -> str:
        source = self._atom()
        while True:
            self._skip()
            if self._take("^"):
                if self._take(r"\top") or self._take("T"):
                    source = f"transpose({source})"
                else:
                    source = f"({source})**({self._argument()})"
            else:
                return source

    def _argument(self) -> str:
        """`{...}`, or what TeX takes without braces: one character or command."""
        self._skip()
        if self._take("{"):
            source = self._sum()
            self._expect("}")
            return source
        if match := re.match(r"\d", self.tex[self.place :]):
            self.place += 1
            return match[0]
        return self._atom()

    def _atom(self) -> str:
        self._skip()
        rest = self.tex[self.place :]
        if number := re.match(r"\d+(?:\.\d+)?", rest):
            self.place += number.end()
            return number[0]
        if rest.startswith("{"):
            return f"({self._argument()})"
        for opening, (closing, function) in PAIRS.items():
            if (
                rest.startswith(opening)
                and not rest[len(opening) :][:1].isalpha() * opening[1:].isalpha()
            ):
                self.place += len(opening)
                inside = self._comparison() if function == "indicator" else self._sum()
                self._expect(closing)
                return f"{function}({inside})"
        if re.match(r"e\s*\^", rest):
            self.place = self.tex.index("^", self.place) + 1
            return f"exp({self._argument()})"
        match = symbols.SYMBOL.match(rest)
        if match and not self._is_sigmoid(rest):
            return self._symbol(match)
        command = COMMAND.match(rest)
        if not command:
            raise self._error("cannot read")
        self.place += command.end()
        return self._command(command[0].lstrip("\\"))

    def _is_sigmoid(self, rest: str) -> bool:
        return bool(re.match(r"\\sigma\s*\(", rest)) and "sigma" not in self.known

    def _comparison(self) -> str:
        source = self._sum()
        relation = self._take(*sorted(RELATIONS, key=len, reverse=True))
        if not relation:
            raise self._error("expected a comparison")
        return f"({source}) {RELATIONS[relation]} ({self._sum()})"

    def _arguments(self) -> list[str]:
        """`(a, b)`, or one factor without brackets."""
        if not self._take("("):
            return [self._factor()]
        arguments = [self._sum()]
        while self._take(","):
            arguments.append(self._sum())
        self._expect(")")
        return arguments

    def _symbol(self, match: re.Match[str]) -> str:
        base, power, index = match["base"], match["power"] or "", match["index"] or ""
        letter = index.strip("_{}")
        if len(letter) == 1 and letter in [*self.bound, *self.clauses]:
            index = ""
        name, taken = self._name(base, power, index)
        self.place += len(taken)
        if name in self.clauses:
            return f"({self.clauses[name]})"
        return name + self._subscripts(name)

    def _subscripts(self, name: str) -> str:
        r"""What follows a symbol: entries, $W_{ij}$, $z^{(i)}$; the past, $v_{t-1}$; a word, $\alpha_{min}$."""
        rest = self.tex[self.place :]
        if match := re.match(r"\^\{\((\w)\)\}|_(?:\{([a-z]+)\}|([a-z]))", rest):
            letters = match[1] or match[2] or match[3]
            if all(letter in [*self.bound, *self.clauses] for letter in letters):
                self.place += match.end()
                return f"[{', '.join(self.clauses.get(n, n) for n in letters)}]"
            if len(letters) > 1 and match[2]:
                self.place += match.end()
                return f"_{letters}"
        if match := STEP.match(rest):
            if match[1] != self.time:
                raise self._error(f"the left side has no step {match[1]}")
            self.place += match.end()
            return "_prev" if match[2] and f"{name}_prev" in self.known else ""
        if self.time and (match := re.match(rf"_(?:\{{{self.time}\s*-\s*1\}}|{self.time})", rest)):
            self.place += match.end()
        elif rest.startswith("_"):
            raise self._error(f"cannot read the index of {name}")
        return ""

    def _name(self, base: str, power: str, index: str) -> tuple[str, str]:
        """What the code calls a symbol, or would call it, and the TeX that this takes."""
        candidates = symbols.names(base, power, index)
        for name, tex in candidates:
            if name in self.known:
                return name, tex
        plain = symbols.names(base, "" if power == "^2" else power, index)[0]
        return plain if plain[1] else candidates[0]

    def _command(self, command: str) -> str:
        raise NotImplementedError
