"""The packages of the engine: what each is for, what others use of it, and that imports go one way."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

import dlref.tuning

ENGINE = Path(dlref.tuning.__file__).parent
FACE = {
    *("babysitter", "bayesian_optimization", "coarse_to_fine", "digits", "errors", "grid_search"),
    *("hyperband", "listener", "population_based"),
    *("random_search", "space", "study", "tuner"),
}
# Each may import those before it.
ORDER = [
    *("errors", "listener"),
    *("samplers", "space", "digits"),
    *("storage", "trials", "study"),
    *("populations.model", "populations.program", "populations.training"),
    *("search", "tuner", "random_search", "coarse_to_fine"),
    *("grid_search", "bayesian_optimization", "hyperband", "population_based"),
    "report",
    *("babysitting", "babysitter"),
    "command",
]
ROOMS = [name for name in ORDER if name not in FACE]


def room_of(module: str) -> str:
    """The package of a module below `dlref.tuning`, or the module itself where it stands alone."""
    return next((name for name in ORDER if f"{module}.".startswith(f"{name}.")), "")


def imports(path: Path) -> set[str]:
    """The modules of the engine that a file imports, at its top or in a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("dlref.tuning."):
            module = (node.module or "").removeprefix("dlref.tuning").lstrip(".")
            names = [f"{module}.{alias.name}".lstrip(".") for alias in node.names]
            place = [(ENGINE / name.replace(".", "/")) for name in names]
            found |= {
                name if path.is_dir() or path.with_suffix(".py").is_file() else module
                for name, path in zip(names, place, strict=True)
            }
        if isinstance(node, ast.Import):
            found |= {a.name[13:] for a in node.names if a.name.startswith("dlref.tuning.")}
    return found


MODULES = {
    ".".join(path.relative_to(ENGINE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(ENGINE.rglob("*.py"))
    if path != ENGINE / "__init__.py"
}
ARROWS = {(module, used) for module, path in MODULES.items() for used in imports(path)}


def test_every_file_stands_in_a_room_or_is_public() -> None:
    assert {path.stem for path in ENGINE.glob("*.py")} == {*FACE, "__init__"}
    assert {room_of(module) for module in MODULES if module != "populations"} == {*ORDER}
    assert len(ARROWS) > 300


def test_imports_go_one_way() -> None:
    upwards = [
        (module, used)
        for module, used in ARROWS
        if ORDER.index(room_of(used)) > ORDER.index(room_of(module))
    ]
    assert not upwards


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_others_use_of_it_and_what_it_imports(room: str) -> None:
    inside, outside = defaultdict(set), defaultdict(set)
    for module, used in ARROWS:
        if room_of(module) != room_of(used):
            outside[room_of(module)].add(room_of(used))
            inside[room_of(used)].add(used.removeprefix(room_of(used)).lstrip("."))
    told = ast.get_docstring(ast.parse(MODULES[room].read_text("utf-8"))) or ""
    used = re.search(r"^Used elsewhere: (.*?)\.$", told, re.M | re.S)
    imported = re.search(r"^Imports: (.*?)\.$", told, re.M | re.S)
    assert imported and set(re.findall(r"`([\w.]+)`", imported[1])) == outside[room]
    if inside[room]:
        assert used and set(re.findall(r"`([\w.]+)`", used[1])) == inside[room] - {""}


@pytest.mark.parametrize("path", MODULES.values(), ids=MODULES)
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 200


def test_the_map_of_the_engine_names_files_that_are_there() -> None:
    told = (ENGINE.parents[1] / "CONTRIBUTING.md").read_text("utf-8").partition("## The engine")[2]
    rows = re.findall(r"^\| .*\| `([\w/]+\.py)` \|$", told, re.M)
    rooms = re.findall(r"^\| `([\w/]+)/` \|", told, re.M)
    assert len(rows) == 30 and all((ENGINE / path).is_file() for path in rows)
    assert [room.replace("/", ".") for room in reversed(rooms)] == ROOMS


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_tour_passes_functions_that_are_there(language: str) -> None:
    page = (ENGINE.parents[1] / "docs" / language / "contributing.md").read_text("utf-8")
    stops = re.findall(r"\[`([\w.]+)`\]\(https://github.com/[\w/-]+/blob/main/([\w/.]+)\)", page)
    assert len(stops) > 12
    for name, path in stops:
        found = ast.parse((ENGINE.parents[1] / path).read_text("utf-8"))
        for part in name.split("."):
            named = [node for node in found.body if getattr(node, "name", "") == part]
            assert len(named) == 1, (name, path)
            found = named[0]
