"""Docstrings tell the truth: arguments, their order and defaults, errors; and each shows an example that runs.

The examples themselves run as doctests.
"""

import ast
import inspect
import re
from typing import Any

import pytest

import dlref
from tests.errors.arguments import OBJECTS
from tests.public import PUBLIC

DOCUMENTED = PUBLIC | {"tuning.Search": dlref.tuning.Search}
in_each_object = pytest.mark.parametrize("name", DOCUMENTED)
DEFAULT = re.compile(r"Defaults to (\(.+?\)|\S+?)[.,;]?(?:\s|$)")
BOTH, WRONG_TYPE, WRONG_VALUE = {"TypeError", "ValueError"}, {"TypeError"}, {"ValueError"}
RAISED = {
    "real": BOTH, "integer": BOTH, "seed": BOTH, "axis": BOTH, "boolean": WRONG_TYPE, "synchronized": BOTH,
    "name": WRONG_TYPE, "reals": BOTH, "integers": BOTH, "ends": BOTH, "sizes": BOTH, "axes": BOTH, "numbers": BOTH,
    "shares": BOTH, "labels": BOTH, "ratio": BOTH, "data_format": WRONG_VALUE, "average": BOTH, "mode": WRONG_VALUE,
    "thresholds": BOTH, "mining": WRONG_VALUE, "turns": BOTH, "fill_mode": WRONG_VALUE, "interpolation": WRONG_VALUE,
    "weights": BOTH, "smoothing": WRONG_VALUE, "pair": BOTH, "padding": BOTH, "activation": WRONG_VALUE,
    "initializer": WRONG_VALUE, "regularizer": WRONG_VALUE, "constraint": WRONG_VALUE,
}  # fmt: skip


def section(name: str, title: str) -> str:
    """A section of an object's docstring, or an empty string."""
    text = inspect.getdoc(DOCUMENTED[name]) or ""
    found = re.search(rf"^{title}:\n((?:    .*\n|\n)+)", text + "\n", re.MULTILINE)
    return inspect.cleandoc(found[1]) if found else ""


def entries(name: str, title: str) -> dict[str, str]:
    """The entries `word: text` of a section."""
    pieces = re.split(r"^(\*{0,2}\w+): ", section(name, title), flags=re.MULTILINE)
    return {
        word: " ".join(text.split()) for word, text in zip(pieces[1::2], pieces[2::2], strict=True)
    }


def parameters(name: str) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(DOCUMENTED[name]).parameters)


@in_each_object
def test_summary(name: str) -> None:
    summary, _, rest = (inspect.getdoc(DOCUMENTED[name]) or "").partition("\n")
    assert re.search(r"[.:]$", summary) and (not rest or rest.startswith("\n"))


@in_each_object
def test_arguments_equal_the_signature(name: str) -> None:
    stars = {inspect.Parameter.VAR_KEYWORD: "**", inspect.Parameter.VAR_POSITIONAL: "*"}
    signature = [stars.get(p.kind, "") + p.name for p in parameters(name).values()]
    assert list(entries(name, "Args")) == signature


@in_each_object
def test_defaults_in_prose_equal_the_signature(name: str) -> None:
    documented = entries(name, "Args")
    for parameter in parameters(name).values():
        stated = DEFAULT.search(documented.get(parameter.name, ""))
        if parameter.default is inspect.Parameter.empty:
            assert not stated, parameter.name
        elif parameter.default is not None:
            assert stated, f"{parameter.name}: no default"
            assert literal(stated[1]) == parameter.default, parameter.name
        elif stated:  # None may stand for something that is said in words
            assert literal(stated[1]) in (None, stated[1]), parameter.name


def literal(word: str) -> Any:
    """What `word` says in Python, or the word itself."""
    try:
        return ast.literal_eval(word.strip("`"))
    except (SyntaxError, ValueError):
        return float(word) if word.endswith("infinity") else word


@pytest.mark.parametrize("name", PUBLIC)
def test_errors_are_documented(name: str) -> None:
    kinds = (
        [kind.removeprefix("?").split()[0] for kind in OBJECTS[name][1].values()]
        if name in OBJECTS
        else []
    )
    assert set(entries(name, "Raises")) >= set().union(
        WRONG_TYPE, *(RAISED[kind] for kind in kinds)
    )


@in_each_object
def test_returned_value_is_documented(name: str) -> None:
    value = DOCUMENTED[name]
    if not inspect.isclass(value) and inspect.signature(value).return_annotation is not None:
        assert section(name, "Returns")


@in_each_object
def test_example(name: str) -> None:
    assert section(name, "Example").startswith(">>> ")
