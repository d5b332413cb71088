"""The conclusion of report.html: what it says of sweeps whose answer is known, and of those that have none."""

import random
import re

import pytest

from dlref.tuning.report import conclusion
from dlref.tuning.report.scales import Scale, scales
from dlref.tuning.report.significance import round_cuts
from dlref.tuning.report.tables import pareto_front
from tests.tuning.reports import SPACE, Page, declared, drawn, make, trial

RATE, BETA, LAYERS = SPACE[0], SPACE[1], SPACE[4]
KIND = declared("kind", "Choice", values=["a", "b", "c", "d"])


def searched(count, score, seed=0, space=(RATE, BETA, LAYERS, KIND), **fields):
    """A sweep of trials at random; `score` of the values and a generator is None where a trial diverges."""
    draw, trials = random.Random(seed), []
    for number in range(count):
        raw = {
            "learning_rate": 10 ** draw.uniform(-4, 0),
            "one_minus_beta": 10 ** draw.uniform(-3, -1),
            "layers": draw.randint(2, 4),
            "kind": draw.choice("abcd"),
            "units": 50 + number % 50,
        }
        found = score(raw, draw)
        trials.append(trial(number, found, raw, None if found is not None else "diverged"))
    return make(trials, space=list(space), **fields)


def planted(raw, draw):
    return (raw["learning_rate"] > 0.1) + (raw["layers"] < 4) + draw.gauss(0, 0.2)


def noise(_, draw):
    return draw.random()


def said(sweep):
    words, decided = conclusion.conclusion(sweep, pareto_front(sweep), scales(sweep))
    return words.en, decided and decided.en


def named(sweep):
    """The hyperparameters that the conclusion says something of, with what it says."""
    text = re.sub(r" What they have in common in .*", "", said(sweep)[0])
    return dict(re.findall(r"(\w+) ([^;:(]+) \(\d+ of these \d+, \d+ of all \d+\)", text))


def test_what_matters_is_named():
    _, decided = said(searched(96, planted))
    assert decided.startswith(
        "How this was decided: values are named that at least 60% of the best quarter"
    )
    found = [named(searched(96, planted, seed)) for seed in range(12)]
    rates = [each.get("learning_rate") for each in found]
    assert rates.count("0.1 or more") >= 9 and rates.count(None) == 0
    assert [each.get("layers") for each in found].count("2 or 3") >= 11
    assert sum(len(each) - 2 for each in found) <= 1  # nothing else


def test_where_nothing_matters_nothing_is_claimed():
    sweeps = [searched(40, noise, seed, (RATE, LAYERS, KIND)) for seed in range(200)]
    assert sum(bool(named(sweep)) for sweep in sweeps) <= 10


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (
            lambda raw, draw: None if raw["learning_rate"] > 0.01 else draw.random(),
            ("learning_rate", "below 0.01"),
        ),
        (
            lambda raw, draw: (0.01 < raw["learning_rate"] < 0.1) + draw.random(),
            ("learning_rate", "from 0.01 to below 0.1"),
        ),
        (
            lambda raw, draw: (raw["one_minus_beta"] < 0.01) + draw.random(),
            ("beta", "0.99 or more"),
        ),
        (lambda raw, draw: (raw["layers"] == 3) + draw.random(), ("layers", "3")),
        (lambda raw, draw: (raw["kind"] in "bd") + draw.random(), ("kind", "b or d")),
    ],
)
def test_what_is_said_of_values(score, expected):
    assert list(named(searched(64, score)).items()) == [expected]
    turned = searched(64, lambda *given: (s := score(*given)) and -s, objective="min:loss")
    assert list(named(turned).items()) == [expected]


def test_a_round_number_belongs_to_the_values_above_it():
    sweep = searched(64, lambda raw, draw: (raw["units"] >= 70) + draw.random(), space=[SPACE[3]])
    assert "units 70 or more (16 of these 16, 30 of all 64)" in said(sweep)[0]


def test_values_that_rank_high_but_are_not_the_best_ones_are_not_named():
    def score(raw, draw):
        return 0.5 if raw["kind"] == "a" else draw.choice([0, 0, 1]) + 0.1 * draw.random()

    assert named(searched(96, score, space=[KIND])) == {}


FEW = "To say what the best have in common takes 10 trials that ended, 5 of them among the best"
RAW = {"learning_rate": 0.01, "layers": 2}
TWO = {"objectives": ["max:val_accuracy", "min:parameters"]}


def pair(number, accuracy, size, **fields):
    return trial(number, accuracy, RAW, scores=(accuracy, float(size)), **fields)


@pytest.mark.parametrize(
    ("sweep", "expected"),
    [
        (make([]), "No trial has ended yet."),
        (make([trial(0, None, RAW, "running")]), "No trial has ended yet."),
        (
            make([trial(k, None, RAW, "failed", f"Error: {k > 0}\n\nTraceback") for k in range(3)]),
            "None of the 3 trials that ended has a result. The most frequent reason: Error: True",
        ),
        (
            make([trial(0, 0.5, RAW), trial(1, None, RAW, "diverged")]),
            "Only trial 0 finished (val_accuracy 0.5): there is nothing to compare it with.",
        ),
        (
            make([trial(k, k / 8, RAW, feasible=False) for k in range(4)], subject_to=["size<=9"]),
            "No trial keeps the bounds (size<=9): none of the 4 that finished can be chosen.",
        ),
        (
            make([trial(k, k / 8, RAW, feasible=k < 4) for k in range(20)], subject_to=["size<=9"]),
            f"Trial 3 is the best: val_accuracy 0.375. {FEW}; there are 20 and 4.",
        ),
        (make(drawn(9)), f"Trial 7 is the best: val_accuracy 0.96457. {FEW}; there are 9 and 5."),
        (
            make(drawn(24), trials=30),
            "Trial 16 is the best so far: val_accuracy 0.97133. What sets the best 6 of 24 trials apart: "
            "learning_rate from 0.002 to below 0.02 (6 of these 6, 7 of all 24). What they have in common in "
            "beta, batch_size, units, layers, activation may be chance. "
            "24 trials are few for 6 hyperparameters: more would tell more.",
        ),
        (
            make([trial(k, float(k > 3), {"learning_rate": 10 ** (-k / 5)}) for k in range(16)]),
            "Trial 4 is the best: val_accuracy 1. "
            "So many trials are equally good that nothing can be said of what sets the best apart.",
        ),
        (
            make([pair(0, 0.5, 10), pair(1, 0.75, 20), pair(2, 0.25, 30)], **TWO),
            "No trial is best in everything: 2 trade one objective for another (the Pareto front, ◆), with "
            f"val_accuracy from 0.5 to 0.75, parameters from 10 to 20. {FEW}; there are 3 and 2.",
        ),
        (
            make([pair(0, 0.5, 10), pair(1, 0.25, 20)], **TWO),
            f"Trial 0 is the best: val_accuracy 0.5, parameters 10. {FEW}; there are 2 and 1.",
        ),
    ],
)
def test_what_is_said_where_little_can_be_said(sweep, expected):
    assert said(sweep)[0] == expected


def test_the_front_is_compared_with_the_others():
    trials = [pair(k, k / 100 - (k % 3 > 0), 100 + k) for k in range(60)]
    for each in trials:
        on_front = each.number % 3 == 0
        each.values["kind"] = "b" if on_front else "acd"[each.number % 2]
    assert named(make(trials, space=[KIND], **TWO)) == {"kind": "b"}


def test_it_stands_at_the_top_of_the_page():
    page = Page(make(drawn(24)))
    first = page.english.index(
        next(text for text in page.english if text.startswith("Trial 16 is the best:"))
    )
    assert page.english[first + 1].startswith("How this was decided")
    assert page.english[first + 2].startswith("24 of 24 trials have ended")
    assert (
        page.html.index('class="conclusion"') < page.html.index("<dl") < page.html.index("<figure")
    )


@pytest.mark.parametrize(
    ("scale", "cuts"),
    [
        (Scale("a", "log", 1e-3, 1.0), [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]),
        (Scale("a", "one_minus", 0.01, 0.2), [0.9, 0.95, 0.98]),
        (Scale("a", "log", 0.3, 0.45), [0.32, 0.34, 0.36, 0.38, 0.4, 0.42, 0.44]),
        (Scale("a", "linear", 50, 100), [55, 60, 65, 70, 75, 80, 85, 90, 95]),
        (Scale("a", "linear", 3, 3), []),
        (Scale("a", "linear", -1e308, 1e308), None),
        (Scale("a", "log", 5e-324, 1e308), None),
    ],
)
def test_values_are_divided_at_round_numbers(scale, cuts):
    found = round_cuts(scale)
    assert found == cuts if cuts is not None else 5 < len(found) < 30
