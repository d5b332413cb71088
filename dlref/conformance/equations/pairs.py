"""Each equation of a file with its statement, and what has to be known to compare them."""

import ast
import functools
import importlib
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import keras

from dlref.conformance.equations import latex, legend, source, statements


@dataclass(frozen=True)
class Comparison:
    """What an equation and its statement came to.

    Args:
        name: the object that computes it: `optimizers.Adam`.
        module: the module that states it: `dlref.optimizers.adam`.
        number: the equation's number.
        tex: the equation as it is printed.
        read: the equation as it was read, a Python expression.
        line: the statement.
        verdict: one of `compare.VERDICTS`.
        detail: the point where they part, or why nothing can be said.
    """

    name: str
    module: str
    number: int
    tex: str
    read: str
    line: str
    verdict: str
    detail: str = ""


@dataclass(frozen=True)
class Pair:
    """An equation and its statement, both read, and what they are compared with."""

    module: ModuleType
    name: str
    number: int
    tex: str
    reading: latex.Reading
    statement: statements.Statement
    legend: Mapping[str, ast.expr]  # what the docstring says a symbol is, in terms of the code
    aliases: Mapping[str, str]  # what the docstring calls a symbol in code, in brackets behind it
    domains: Mapping[str, tuple[float, float]]
    indicators: frozenset[str]  # symbols that are 0 or 1
    earlier: Mapping[str, ast.expr]  # what earlier equations of the file define
    instance: Any

    @functools.cached_property
    def names(self) -> set[str]:
        """The symbols of the equation."""
        members = self.reading.members
        return set().union(*map(latex.names_of, members)) - set(self.reading.index)

    @functools.cached_property
    def free(self) -> set[str]:
        """The symbols that take any value: the equation's, or those that the legend explains them by."""
        names = self.names - set(self.legend)
        return (names | set().union(*map(latex.names_of, self._meant))) - self.binary

    @functools.cached_property
    def binary(self) -> set[str]:
        """The symbols that are 0 or 1, and have no axis."""
        return self.names & self.indicators - set(self.ranks)

    @functools.cached_property
    def ranks(self) -> dict[str, int]:
        """How many axes a symbol has, for those that have any."""
        found: dict[str, int] = {}
        for member in [*self.reading.members, *self._meant]:
            found |= latex.ranks_of(member)
        for name in [n for n in found if n in self.legend]:  # y_hat[j], where y_hat = softmax(z)
            found |= dict.fromkeys(latex.names_of(self.legend[name]), found[name])
        return found

    @property
    def _meant(self) -> list[ast.expr]:
        return [meaning for name, meaning in self.legend.items() if name in self.names]


def pairs(path: Path) -> Iterator[Pair | Comparison]:
    """Reads the numbered equations of a module; one that cannot be read comes as its verdict."""
    dotted = ".".join(path.relative_to(source.ROOT).with_suffix("").parts)
    found, module = source.read(path), importlib.import_module(dotted)
    tree = ast.parse(path.read_text("utf-8"))
    functions: dict[str, Any] = {}
    earlier: dict[str, ast.expr] = {}
    clauses: dict[str, str] = {}
    indicators: set[str] = set()
    for number, tex in found.equations.items():
        name, listing = next((k, v) for k, v in found.listings.items() if number in v.statements)
        owner, node = _owner(tree, name)
        public = f"{dotted.split('.')[1]}.{_public(module, name.split('.')[0])}"
        try:
            statement = statements.find(node, listing.spans[number][1])
            reader = latex.Reader(statement.names, functions, clauses)
            reading = reader.equation(tex)
        except (latex.ReadingError, NotImplementedError) as error:
            yield Comparison(public, dotted, number, tex, "", "", "undecided", str(error))
            continue
        docstring = ast.get_docstring(tree) or ""
        yield Pair(
            module,
            public,
            number,
            tex,
            reading,
            statement,
            legend.meanings(docstring, statement.names),
            legend.aliases(docstring),
            legend.domains(f"{ast.get_docstring(owner)}", statement.names),
            frozenset(indicators),
            dict(earlier),
            _instance(public) if "." in name else None,
        )
        clauses |= reading.clauses
        if reading.function:
            functions[reading.function] = reading.parameters, ast.unparse(reading.members[-1])
        if reading.target and not reading.updates:
            earlier[reading.target] = reading.members[-1]
            if ast.unparse(reading.members[-1]).startswith("indicator("):
                indicators.add(reading.target)


def _public(module: ModuleType, name: str) -> str:
    """The name, or of what is private the first public one that uses it: a class of its kind, or one that calls it.

    A function that is called by private ones alone belongs to the first public one of its file.
    """
    if not name.startswith("_"):
        return name
    base = getattr(module, name)
    found = {
        n: thing
        for n, thing in vars(module).items()
        if not n.startswith("_")
        and (
            isinstance(thing, type) and issubclass(getattr(thing, "cell_class", thing), base)
            if isinstance(base, type)
            else getattr(thing, "__module__", "") == base.__module__
        )
    }
    calling = [n for n, thing in found.items() if f"{name}(" in inspect.getsource(thing)]
    return next(iter(calling or found))


def _owner(tree: ast.Module, name: str) -> tuple[Any, ast.FunctionDef]:
    """The class or function whose docstring states the intervals, and the function with the statement."""
    owner: Any = tree
    top = None
    for part in name.split("."):
        owner = next(n for n in owner.body if getattr(n, "name", "") == part)
        top = top or owner
    return top, owner


def _instance(name: str) -> Any:
    """An object of the class, as the conformance table makes it; a layer is built for two channels."""
    from dlref.conformance.table import ROWS

    instance = next(row for row in ROWS if row.name == name).ours()
    if isinstance(instance, keras.layers.Layer) and not instance.built:
        rank = getattr(instance.input_spec, "ndim", None) or 2
        instance.build((*[None] * (rank - 1), 2))
    return instance


def mutated_reading(pair: Pair, place: int, member: ast.expr) -> Pair:
    """The pair with another expression for one member of the equation."""
    members = list(pair.reading.members)
    members[place] = member
    return replace(pair, reading=replace(pair.reading, members=tuple(members)))


def mutated_statement(pair: Pair, value: ast.expr) -> Pair:
    """The pair with another expression in the statement."""
    return replace(pair, statement=pair.statement.with_value(value))
