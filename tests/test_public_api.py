"""Every public object has a row, an oracle, tests, pages in both languages, and an equation for each statement."""

import ast
import inspect
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import pytest

import dlref
from dlref.conformance.table import ROWS
from tests.errors.arguments import OBJECTS
from tests.oracles import ORACLES
from tests.public import CLASSES, IDEAS, PUBLIC, ROOT, defined, equations, source

LONGEST_FILE, LONGEST_FUNCTION = 205, 45
# They have no equations.
TOOLS = {f"tuning.{name}" for name in ("Babysitter", "CoarseToFine", "RandomSearch", "Search")}
FILES = sorted((ROOT / "dlref").rglob("*.py"))
in_each_idea = pytest.mark.parametrize("module", IDEAS, ids=lambda module: module.__name__)


def test_the_areas_are_the_folders() -> None:
    areas = [
        p for p in (ROOT / "dlref").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()
    ]
    assert sorted(dlref.__all__) == sorted(p.stem for p in areas if not p.name.startswith("_"))
    assert all(inspect.ismodule(getattr(dlref, area)) for area in dlref.__all__)


def test_what_is_defined_is_exported_and_nothing_else() -> None:
    exported = {
        f"{area}.{name}"
        for area in dlref.__all__
        for name in getattr(getattr(dlref, area), "__all__", ())
    }
    flat = {name for name in PUBLIC if not hasattr(getattr(dlref, name.split(".")[0]), "__path__")}
    assert exported | flat == PUBLIC.keys() | TOOLS
    for name in exported:
        area, _, attribute = name.partition(".")
        found = getattr(getattr(dlref, area), attribute)
        assert found is PUBLIC.get(name, found) and found.__name__ == attribute


def test_each_object_has_a_row_and_each_row_an_object() -> None:
    assert {row.name for row in ROWS} == PUBLIC.keys()


def test_each_object_has_an_oracle_and_each_oracle_an_object() -> None:
    assert ORACLES.keys() == PUBLIC.keys()
    assert all(ORACLES.values())


@in_each_idea
@pytest.mark.parametrize("address", ["tests", "docs/en", "docs/ko"])
def test_one_idea_has_one_address(module: ModuleType, address: str) -> None:
    path = source(module).relative_to("dlref")
    name = f"test_{path.name}" if address == "tests" else f"{path.stem}.md"
    assert (ROOT / address / path.with_name(name)).exists()


@in_each_idea
def test_equations_and_statements_have_the_same_numbers(module: ModuleType) -> None:
    numbers = equations(module)
    assert numbers == list(range(1, len(numbers) + 1))
    assert set(statements((ROOT / source(module)).read_text())) == set(numbers)


@in_each_idea
def test_statements_stand_in_the_order_of_the_equations(module: ModuleType) -> None:
    for name, member in defined(module).items():
        for body in [member, *vars(member).values()] if inspect.isclass(member) else [member]:
            if inspect.isfunction(body):
                assert (numbers := statements(inspect.getsource(body))) == sorted(numbers), name


def statements(code: str) -> list[int]:
    """The numbers at the ends of statements, each where it first appears."""
    return list(dict.fromkeys(int(n) for n in re.findall(r"\S  # \((\d+)\)$", code, re.MULTILINE)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short(path: Path) -> None:
    code = path.read_text()
    assert len(code.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef):
            docstring = len((ast.get_docstring(node, clean=False) or "").splitlines())
            assert node.end_lineno - node.lineno + 1 - docstring <= LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("name", [*CLASSES, *(n for n in PUBLIC if n.startswith("activations."))])
def test_registered_with_keras(name: str) -> None:
    registered = f"dlref>{name.rpartition('.')[2]}"
    assert keras.saving.get_registered_name(PUBLIC[name]) == registered
    assert keras.saving.get_registered_object(registered) is PUBLIC[name]


@pytest.mark.parametrize("name", CLASSES)
def test_config_goes_through_json(name: str) -> None:
    made: Any = OBJECTS[name][0]()
    config = json.loads(json.dumps(made.get_config()))
    copy = CLASSES[name].from_config(config)
    assert type(copy) is CLASSES[name]
    assert json.loads(json.dumps(copy.get_config())) == config
    own = inspect.signature(CLASSES[name]).parameters.keys() - {"kwargs"}
    assert own <= config.keys()


@pytest.mark.parametrize("name", CLASSES)
def test_serialized_object_is_found_again(name: str) -> None:
    made = OBJECTS[name][0]()
    serialized = json.loads(json.dumps(keras.saving.serialize_keras_object(made)))
    copy = keras.saving.deserialize_keras_object(serialized, safe_mode=True)
    assert type(copy) is type(made)
    assert json.dumps(copy.get_config()) == json.dumps(made.get_config())
