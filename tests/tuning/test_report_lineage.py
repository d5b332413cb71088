"""The report's section on population-based training: the way to the best model, and the values on it."""

import math

import pytest

from dlref.tuning.report.lineage_plots import lineage
from dlref.tuning.report.page import render
from tests.tuning.reports import EVIL, ranged, trial
from tests.tuning.reports import make as make_sweep

SPACE = [
    ranged("learning_rate", 1e-4, 1.0, "log"),
    ranged("one_minus_beta", 1e-3, 0.1, "log"),
    ranged("units", 50, 100),
]


def values(rate, beta=0.9):
    return {"learning_rate": rate, "one_minus_beta": 1 - beta, "units": 60}


def change(epoch, parent, before, after):
    return {"epoch": epoch, "parent": parent, "before": before, "after": after}


def make(trials=()):
    """The best model is of trial 2: its first two epochs are those of trial 0, the third is of trial 1."""
    curves = [[0.5, 0.6, 0.65, 0.7], [0.2, 0.3, 0.7, 0.6], [0.1, math.nan, 0.1, 0.9]]
    lineages = [
        [],
        [change(2, 0, values(0.5), values(0.012))],
        [change(1, 0, values(0.9), values(0.8)), change(3, 1, values(0.8), values(0.01, 0.99))],
    ]
    raws = [values(0.1), values(0.012), values(0.01, 0.99)]
    found = [
        trial(n, curve[3], raw, curves={"val_accuracy": curve}, best_epoch=3, lineage=lineages[n])
        for n, (curve, raw) in enumerate(zip(curves, raws, strict=True))
    ]
    return make_sweep([*found, *trials], SPACE, search="pbt")


def test_the_way_to_the_best_model():
    score, rate, beta = lineage(make())
    _, marks, way = score.figure.data
    assert way.y.tolist() == pytest.approx([0.5, 0.6, 0.7, 0.9])
    assert list(way.customdata) == [0, 0, 1, 2] and list(way.x) == [1, 2, 3, 4]
    assert [size > 0 for size in way.marker.size] == [False, False, True, True]
    assert [tuple(pair) for pair in marks.customdata] == [(1, 0), (2, 0), (2, 1)]
    assert list(marks.x) == [3, 2, 4]
    assert rate.figure.data[0].y.tolist() == pytest.approx([0.1, 0.1, 0.012, 0.01])
    assert rate.figure.layout.yaxis.type == "log" and beta.figure.layout.yaxis.type == "linear"
    assert beta.figure.data[0].y.tolist() == pytest.approx([0.9, 0.9, 0.9, 0.99])
    assert [plot.caption for plot in (score, rate, beta)] == [
        "val_accuracy",
        "learning_rate",
        "beta",
    ]


def test_both_languages_tell_it():
    page = render(make())
    assert ">Lineage</span>" in page and ">계보</span>" in page
    said = lineage(make())[0].words.values()
    assert ("to the best model (#2)", "최고 모델(#2)에 이르는 길") in said


def test_there_is_no_such_section_where_nothing_was_taken_over():
    sweep = make_sweep(
        [trial(0, 0.5, values(0.1), curves={"val_accuracy": [0.5]}, best_epoch=0)], SPACE
    )
    assert lineage(sweep) == [] and ">Lineage</span>" not in render(sweep)


def test_a_hostile_or_strange_lineage_does_no_harm():
    raw = {**values(0.3), EVIL: 0.5}
    odd = [change(2, 77, {**raw, EVIL: 0.1}, raw), change(99, 0, raw, raw)]
    best = trial(
        3, 0.99, raw, curves={"val_accuracy": [0.1, 0.2, 0.3, 0.99]}, best_epoch=3, lineage=odd
    )
    page = render(make([best, trial(4, raw=values(0.2), status="running", lineage=odd)]))
    assert "<img src=http://evil" not in page and ">Lineage</span>" in page
