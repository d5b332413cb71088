"""The rules, on measurements written by hand, and the texts in both languages."""

import string

import pytest

from dlref.diagnostics.activation_report import LayerActivations as Share
from dlref.tuning.babysitting.measurements import Measurements, Subset
from dlref.tuning.babysitting.rules import advise
from dlref.tuning.babysitting.texts import TEXTS

LN10 = 2.302585


def measurements(**known):
    """A classifier of ten classes whose loss falls as it should, but for what is `known`."""
    healthy = {
        "classes": 10,
        "expected": LN10,
        "first": 2.5,
        "rate": 0.1,
        "step": 500,
        "loss": 0.5,
        "stretches": [1.5, 0.9, 0.5],
        "ratios": [2e-3] * 20,
        "early": 9,
    }
    return Measurements(**(healthy | known))


def keys(**known):
    return [finding.key for finding in advise(measurements(**known))]


def epochs(train, dev, losses=None):
    """Epochs with these accuracies."""
    losses = losses or [(1.0, 1.0)] * len(train)
    return [
        {"accuracy": 1 - a, "val_accuracy": 1 - b, "loss": c, "val_loss": d}
        for a, b, (c, d) in zip(train, dev, losses, strict=True)
    ]


def test_nothing_is_said_of_a_healthy_run():
    assert keys() == []
    assert advise(Measurements()) == []


NAN, FLAT = float("nan"), [2.31, 2.305, 2.304]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"data_broken": True}, ["nan_in_data"]),
        ({"first": NAN}, ["nan_at_start"]),
        ({"loss": NAN}, ["nan"]),
        ({"loss": float("inf"), "layers": [Share("a", "dead", 1.0)]}, ["nan"]),
        ({"first": 4.5}, ["first_loss_high"]),
        ({"first": 3.9}, []),
        ({"first": 4.5, "count": 1.0}, []),  # one example
        ({"first": 0.2}, ["first_loss_low"]),
        ({"first": 4.5, "classes": 0}, []),  # trained before
        ({"layers": [Share("a", "dead", 0.41), Share("b", "dead", 0.1)]}, ["dead"]),
        ({"layers": [Share("a", "dead", 0.4), Share("b", "saturated", 0.5)]}, []),
        ({"layers": [Share("b", "saturated", 0.51)]}, ["saturated"]),
        ({"stretches": FLAT, "ratios": [1e-5] * 9}, ["rate_too_low"]),
        ({"stretches": FLAT, "ratios": [2e-2] * 9}, ["flat_and_high"]),
        ({"stretches": FLAT, "ratios": [0.3, *[1e-9] * 9]}, ["flat_and_high"]),
        ({"stretches": FLAT}, ["not_learning"]),
        ({"stretches": [3.29, 3.09, 3.02]}, []),  # it falls, from above ln C
        ({"stretches": [3.29, 3.09, 3.02], "ratios": [1e-5] * 9}, ["rate_too_low"]),
        ({"stretches": FLAT, "penalty": 1.5}, []),  # the regularization is what stays
        ({"stretches": FLAT, "ratios": []}, []),  # too early to tell
        ({"stretches": FLAT * 3, "ratios": []}, ["not_learning"]),
        ({"stretches": FLAT, "ratios": [0.0] * 9, "layers": [Share("a", "dead", 1.0)]}, ["dead"]),
        ({"stretches": FLAT, "subset": Subset(20, 2.3, 0.1, 50, True)}, ["stuck"]),
        (
            {"stretches": FLAT, "subset": Subset(20, 2.3, 2.3, 300, False)},
            ["not_learning", "subset"],
        ),
        ({"stretches": [1.5, 0.9, 1.3]}, ["rate_too_high"]),
        ({"stretches": [1.5, 0.9, 1.3, 0.7]}, []),  # over
        ({"stretches": [9.0]}, ["rate_too_high"]),
        ({"stretches": [9.0], "ratios": [1e-6] * 9}, ["ratio_low"]),  # an easy first batch
        ({"stretches": [9.0], "changed": 3}, []),  # it may have been high before
        ({"stretches": [9.0, 2.31, 2.31]}, ["rate_too_high"]),  # and has not recovered
        ({"stretches": [0.01, 0.001, 0.004]}, []),  # a converged loss wavers
        ({"ratios": [6e-2] * 12}, ["ratio_high"]),
        ({"ratios": [*[6e-2] * 9, *[1e-2] * 5]}, []),  # at first only
        ({"ratios": [1e-4] * 9, "stretches": [2.0, 1.9]}, ["ratio_low"]),
        ({"ratios": [1e-4] * 9}, []),  # it has learned
        ({"ratios": [1e-4] * 4, "stretches": [2.0, 1.9]}, []),
    ],
)
def test_what_is_said(known, expected):
    assert keys(**known) == expected


@pytest.mark.parametrize(  # the lecture's table of errors, with 0 % possible
    ("train", "dev", "expected"),
    [
        (0.01, 0.11, ["variance"]),
        (0.15, 0.16, ["bias"]),
        (0.15, 0.30, ["variance", "bias"]),
        (0.005, 0.01, []),
    ],
)
def test_bias_and_variance(train, dev, expected):
    assert keys(epochs=epochs([train] * 4, [dev] * 4)) == expected


def test_bias_is_judged_against_what_is_possible_and_once_the_loss_has_settled():
    assert keys(epochs=epochs([0.15] * 4, [0.16] * 4), target=0.14) == []
    falling = [(1.0, 1.0), (0.9, 0.9), (0.8, 0.8), (0.7, 0.7)]
    assert keys(epochs=epochs([0.15] * 4, [0.16] * 4, falling)) == []
    # Dropout makes the training set look worse than the development set.
    assert keys(epochs=epochs([0.15] * 4, [0.05] * 4)) == []


def test_what_has_blown_up_has_no_gap():
    losses = [(1.0, 1.1), (0.9, 1.0), (0.8, 300.0), (0.7, 700.0), (0.6, 900.0)]
    known = epochs([0.2] * 5, [0.6] * 5, losses)
    assert keys(epochs=known, stretches=[0.9, 2.4]) == ["rate_too_high"]


def test_a_gap_of_one_epoch_is_no_variance():
    assert keys(epochs=epochs([0.01] * 2, [0.02, 0.2])) == []
    assert keys(epochs=epochs([0.01], [0.2]), ended=True) == ["variance"]


def test_memorizing_starts_where_the_development_loss_was_lowest():
    losses = [(1.0, 1.1), (0.8, 1.0), (0.6, 1.3), (0.4, 1.4), (0.2, 1.5)]
    known = epochs([0.0] * 5, [0.0] * 5, losses)
    (found,) = advise(measurements(epochs=known))
    assert (found.key, found.values["epoch"], found.values["loss"]) == ("memorizing", "2", "1.5")
    assert keys(epochs=known[:4]) == []
    rising = [(a + i, b) for i, (a, b) in enumerate(losses)]
    assert "memorizing" not in keys(epochs=epochs([0.0] * 5, [0.0] * 5, rising))


def test_a_change_starts_the_judgement_anew():
    known = measurements(
        stretches=[*FLAT], ratios=[1e-5] * 9, epochs=epochs([0.15] * 4, [0.16] * 4)
    )
    known.change(within_epoch=False)
    assert advise(known) == []


def test_what_is_said_changes_with_the_learning_rate_and_with_doubled_gaps():
    def mark(**known):
        return [(finding.key, finding.mark) for finding in advise(measurements(**known))]

    low = {"stretches": FLAT, "ratios": [1e-5] * 9}
    assert mark(**low) == mark(**low, step=900) != mark(**low, rate=0.2)
    gaps = [mark(epochs=epochs([0.0] * 4, [gap] * 4)) for gap in (0.1, 0.12, 0.25)]
    assert gaps[0] == gaps[1] != gaps[2]


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_say_the_same(key):
    fields = [
        {name for _, name, _, _ in string.Formatter().parse(TEXTS[key][language]) if name}
        for language in ("en", "ko")
    ]
    assert fields[0] == fields[1] and TEXTS[key]["ko"].rstrip(".").endswith(
        ("십시오", "니다", "{other})")
    )


def test_every_text_is_used():
    from inspect import getsource

    from dlref.diagnostics import activation_report
    from dlref.tuning.babysitting import bias_variance, loss_rules, rules

    code = "".join(map(getsource, (bias_variance, loss_rules, rules, activation_report)))
    assert all(f'"{key}"' in code for key in TEXTS)
