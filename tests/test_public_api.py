"""Every public object has a row, an oracle, tests, pages in both languages, and an equation for each statement."""

import ast
import inspect
import json
import re
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import pytest

import dlref
from dlref.conformance.table import ROWS
from tests.behaviour import same, seen
from tests.errors.arguments import OBJECTS
from tests.oracles import ORACLES
from tests.public import CLASSES, IDEAS, PUBLIC, ROOT, defined, equations, source

LONGEST_FILE, LONGEST_FUNCTION = 205, 45
# They have no equations.
TOOLS = {f"tuning.{name}" for name in ("Babysitter", "CoarseToFine", "RandomSearch", "Search")}
TOOLS |= {
    f"tuning.{name}"
    for name in ("BayesianOptimization", "GridSearch", "Hyperband", "PopulationBased")
}
TOOLS |= {"models.copy_weights", "optimizers.fit_full_batch"}
TOOLS |= {f"models.EfficientNetB{number}" for number in range(8)}
# What the areas build on; they are no areas themselves.
BELOW = {"compiling", "gradients"}
FILES = sorted((ROOT / "dlref").rglob("*.py"))
in_each_idea = pytest.mark.parametrize("module", IDEAS, ids=lambda module: module.__name__)


def test_the_areas_are_the_folders() -> None:
    areas = [
        p for p in (ROOT / "dlref").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()
    ]
    named = {p.stem for p in areas if not p.name.startswith("_")}
    assert sorted(dlref.__all__) == sorted(named - BELOW)
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


ARGUMENTS = [
    pytest.param(name, argument, kind, id=f"{name}-{argument}")
    for name in CLASSES
    for argument, kind in OBJECTS[name][1].items()
    if kind != "synchronized" or keras.backend.backend() == "tensorflow"
]
NEEDED = {
    **dict.fromkeys(["ema_momentum", "ema_overwrite_frequency"], {"use_ema": True}),
    **dict.fromkeys(
        [
            "rate",
            "units",
            "dropout",
            "noise_shape",
            "stddev",
            "pooling_ratio",
            "pseudo_random",
            "overlapping",
            "data_format",
            "mode",
            "height",
            "width",
            "per_image",
            "factor",
            "fill_mode",
            "interpolation",
            "fill_value",
            "dropout",
            "recurrent_dropout",
        ],
        {"seed": 1},
    ),
    "seed": {"dropout": 0.5},
}


@pytest.mark.parametrize(("name", "argument", "kind"), ARGUMENTS)
def test_each_argument_counts_and_is_kept(name: str, argument: str, kind: str) -> None:
    """It changes what is seen of an object, and an object made from the config does the same."""
    needed = {k: v for k, v in NEEDED.get(argument, {}).items() if k in OBJECTS[name][1]}
    default, usual = by_default(name, **needed)
    others = OTHERS[kind.removeprefix("?").partition(" ")[0]]
    value = next(v for v in others if v != default.get_config().get(argument))
    changed = OBJECTS[name][0](**needed, **{argument: value})
    config = json.loads(json.dumps(changed.get_config()))
    copy = CLASSES[name].from_config(config)
    assert json.loads(json.dumps(copy.get_config())) == config
    behaviour = seen(changed)
    assert same(behaviour, seen(copy))
    if (
        kind != "synchronized" and argument != "unroll"
    ):  # several replicas see the one, time the other
        assert not same(behaviour, usual)


@cache
def by_default(name: str, **needed: Any) -> Any:
    """An object, and what is seen of it."""
    made = OBJECTS[name][0](**needed)
    return made, seen(made)


OTHERS: dict[str, list[Any]] = {
    "real": [0.5, 0.25],
    "integer": [2, 3],
    "boolean": [True, False],
    "synchronized": [True],
    "axis": [0],
    "seed": [7],
    "name": ["another"],
    "average": ["macro"],
    "weights": [[0.75, 0.25]],
    "smoothing": ["exp"],
    "mining": ["hard"],
    "thresholds": [[0.25]],
    "mode": ["vertical"],
    "turns": [(0.25, 0.5)],
    "fill_mode": ["nearest"],
    "interpolation": ["nearest"],
    "reals": [[0.5, 0.25]],
    "integers": [[3]],
    "sizes": [(None, 1)],
    "axes": [[1]],
    "numbers": [0.5],
    "ratio": [2.5],
    "data_format": ["channels_first"],
    "pair": [3],
    "padding": [1],
    "activation": ["tanh", "relu"],
    "initializer": [keras.initializers.Constant(0.5)],
    "regularizer": [keras.regularizers.L2(0.5)],
    "constraint": [keras.constraints.MaxNorm(0.5)],
}


@pytest.mark.parametrize("name", [name for name, (_, kinds) in OBJECTS.items() if "seed" in kinds])
def test_without_a_seed_each_draws_its_own(name: str) -> None:
    """And what it draws can be repeated with all the rest of a program."""
    draws = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        needed = NEEDED["seed"] if "dropout" in OBJECTS[name][1] else {}
        draws += [seen(OBJECTS[name][0](**needed)) for _ in range(2)]
    first, second, first_again, second_again, *others = draws
    assert same(first, first_again) and same(second, second_again)
    assert not any(same(first, other) for other in (second, *others))


@pytest.mark.parametrize("name", CLASSES)
def test_serialized_object_is_found_again(name: str) -> None:
    made = OBJECTS[name][0]()
    serialized = json.loads(json.dumps(keras.saving.serialize_keras_object(made)))
    copy = keras.saving.deserialize_keras_object(serialized, safe_mode=True)
    assert type(copy) is type(made)
    assert json.dumps(copy.get_config()) == json.dumps(made.get_config())
