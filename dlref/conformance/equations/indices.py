r"""Symbols with their indices: entries, $W_{ij}$, $z^{(i)}$; the past, $v_{t-1}$; a layer, $W^{[l+1]}$; a word."""

import re
from collections.abc import Iterable

from dlref.conformance.equations import symbols
from dlref.conformance.equations.cursor import Cursor

# $a^{\langle t - 1 \rangle}$; $W^{[l + 1]}$, transposed $W^{[l + 1]\top}$, or an example of it $z^{[l](i)}$.
STEP = re.compile(
    r"\^\{(?:\\langle|\[)\s*([a-zA-Z])\s*([-+]\s*\d)?\s*(?:\\rangle|\])\s*(\\top)?(\(\w\))?\}"
)
MATRIX = r"d?[A-Z](?:_[a-z0-9]+)?"  # what the lecture writes with a capital letter, its columns are examples


class Indices(Cursor):
    """Reads symbols by the names that the code has for them, `known`."""

    def __init__(self, known: Iterable[str], clauses: dict[str, str] | None = None) -> None:
        self.known = frozenset(known)
        self.clauses = dict(clauses or {})
        self.bound: list[str] = []  # indices that a sum or the left side runs over
        self.time = ""  # the index of the left side that is no entry but a time

    def _sum(self) -> str:
        raise NotImplementedError

    def _symbol(self, match: re.Match[str]) -> str:
        base, power, index = match["base"], match["power"] or "", match["index"] or ""
        letter = index.strip("_{}")
        if len(letter) == 1 and letter in [*self.bound, *self.clauses]:
            index = ""
        name, taken = self._name(base, power, index)
        self.place += len(taken)
        if name in self.clauses:
            return f"({self.clauses[name]})"
        if step := STEP.match(self.tex, self.place):
            self.place = step.end()
            return self._at_step(name, *step.groups())
        return name + self._subscripts(name)

    def _at_step(self, name: str, step: str, shift: str | None, top: str, column: str) -> str:
        """A symbol of the step of the left side, or of the one before or after it."""
        if step != self.time:
            raise self._error(f"the left side has no step {step}")
        neighbour = {"-": "_prev", "+": "_next"}.get((shift or "")[:1], "")
        name += neighbour if name + neighbour in self.known else ""
        if column:
            return f"{name}[:, {column[1]}]"
        return f"transpose({name})" if top else name

    def _subscripts(self, name: str) -> str:
        r"""What follows a symbol: entries, $W_{ij}$, $z^{(i)}$; the past, $v_{t-1}$; a word, $\alpha_{min}$."""
        rest, indices = self.tex[self.place :], [*self.bound, *self.clauses]
        if re.fullmatch(MATRIX, name) and (match := re.match(r"(?:_(\w))?\^\{\((\w)\)\}", rest)):
            if match[2] in indices and (match[1] or match[2]) in indices:
                self.place += match.end()
                return f"[{match[1] or ':'}, {match[2]}]"
        if places := re.match(r"_\{(?=[^{}]*,)", rest):
            self.place += places.end()
            found = [self._sum()]
            while self._take(","):
                found.append(self._sum())
            self._expect("}")
            return f"[{', '.join(found)}]"
        if match := re.match(r"\^\{\((\w)\)\}|_(?:\{([a-z]+)\}|([a-z]))", rest):
            letters = match[1] or match[2] or match[3]
            if all(letter in indices for letter in letters):
                self.place += match.end()
                return f"[{', '.join(self.clauses.get(n, n) for n in letters)}]"
            if len(letters) > 1 and match[2]:
                self.place += match.end()
                return f"_{letters}"
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
