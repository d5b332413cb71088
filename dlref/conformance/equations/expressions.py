r"""The grammar of expressions: sums of products of factors.

A method for each level, from the lowest; each returns Python source.
"""

import re

from dlref.conformance.equations import symbols
from dlref.conformance.equations.cursor import COMMAND
from dlref.conformance.equations.indices import MATRIX, Indices

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
LEFT = re.compile(rf"(?:(?<![\w.]){MATRIX}|(?:transpose|inverse)\(\w+\))$")
COLUMN = re.compile(r"(?<![\w.])([a-z])$")  # and a row after it: $s y^\top$ is a matrix
ROW = re.compile(r"transpose\(([a-z])\)")
RIGHT = re.compile(r"d?[a-zA-Z](?:_\w+)?|transpose\(\w+\)|\(\w+(?: \* \w+)*\)")
UNDEFINED = re.compile(r"(J|g)(')?(?=\()")  # functions that no equation defines


class Expressions(Indices):
    """Reads expressions."""

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
                if (row := ROW.fullmatch(factor)) and (column := COLUMN.search(source)):
                    source = f"{source[:-1]}outer({column[1]}, {row[1]})"
                    continue
                matrices = LEFT.search(source) and RIGHT.fullmatch(factor)
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
                elif re.fullmatch(MATRIX, source) and self._take("{-1}"):
                    source = f"inverse({source})"
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
        if function := UNDEFINED.match(rest):
            self.place += function.end()
            name = function[1] + ("_prime" if function[2] else "")
            return f"{name}({', '.join(self._arguments())})"
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

    def _command(self, command: str) -> str:
        raise NotImplementedError
