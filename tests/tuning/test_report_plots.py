"""The plots of report.html: their scales, and what they say about a sweep whose answer is known."""

import math
import time

import numpy as np
import pytest

from dlref.tuning.report.coverage import coverage
from dlref.tuning.report.importance import rate
from dlref.tuning.report.importance_plots import contour
from dlref.tuning.report.page import render
from dlref.tuning.report.scales import log_ticks, scales
from tests.tuning.reports import SPACE, Page, declared, drawn, make, ranged, trial

SWEEP = make(drawn(60))


def lines_of(page):
    """Of each line of the parallel coordinates, the topmost last: its trial, and its places by the axes' names."""
    plot = page.plots["parallel-0"]
    names = plot.layout["xaxis"]["ticktext"]
    for trace in plot.traces:
        for start in range(0, len(trace["y"]), len(names) + 1):
            *places, gap = trace["y"][start : start + len(names) + 1]
            assert gap is None
            yield trace["customdata"][start], dict(zip(names, places, strict=True))


def scale_of(name, sweep=SWEEP):
    return next(scale for scale in scales(sweep) if scale.name == name)


def test_slices_are_on_the_right_scales():
    page = Page(SWEEP)
    assert [scale.name for scale in scales(SWEEP)] == [
        *("learning_rate", "beta", "batch_size", "units", "layers", "activation")
    ]
    axes = {scale.name: page.slice(scale.name).layout["xaxis"] for scale in scales(SWEEP)}
    assert axes["learning_rate"]["type"] == axes["beta"]["type"] == "log"
    low, high = axes["learning_rate"]["range"]
    assert low < -4 and high > 0  # the whole range that was searched
    assert axes["learning_rate"]["ticktext"] == ["0.0001", "0.001", "0.01", "0.1", "1"]
    left, right = axes["beta"]["range"]
    assert left > -1 and right < -3  # beta grows to the right
    ticks = dict(zip(axes["beta"]["tickvals"], axes["beta"]["ticktext"], strict=True))
    assert ticks == {0.1: "0.9", 0.01: "0.99", 0.001: "0.999"}
    assert axes["batch_size"]["ticktext"] == ["32", "64", "128", "256"]
    assert axes["layers"]["ticktext"] == ["2", "3", "4"]
    assert axes["activation"]["ticktext"] == ["relu", "tanh"]
    assert axes["units"]["type"] == "linear" and "tickvals" not in axes["units"]


def test_slices_show_every_trial_where_it_is():
    page = Page(SWEEP)
    for scale in scales(SWEEP):
        points, best, strip = page.slice(scale.name).traces
        there = {
            n: (x, y)
            for n, x, y in zip(points["customdata"], points["x"], points["y"], strict=True)
        }
        there[best["customdata"][0]] = best["x"][0], best["y"][0]
        assert best["customdata"] == [SWEEP.best[0].number]
        assert set(there) == {trial.number for trial in SWEEP.best}
        for each in SWEEP.best:
            assert there[each.number][0] == pytest.approx(scale.at(each), abs=0.26 * scale.discrete)
            assert there[each.number][1] == each.score
        failed = [number for number, _ in strip["customdata"]]
        assert failed == [each.number for each in SWEEP.failures]


@pytest.mark.parametrize("scale", scales(SWEEP), ids=lambda scale: scale.name)
def test_places(scale):
    found = [scale.at(each) for each in SWEEP.trials]
    places = scale.places(found)
    assert places.min() >= 0 and places.max() <= 1
    if not scale.discrete:
        assert scale.coordinates(places) == pytest.approx(found)
    ends = {"learning_rate": [1e-4, 0.01, 1.0], "beta": [0.1, 0.01, 0.001], "units": [50, 75, 100]}
    if scale.name in ends:
        assert scale.places(ends[scale.name]) == pytest.approx([0, 0.5, 1])


def test_scales_of_odd_declarations():
    space = [
        declared("choice", "Choice", values=[64, 16]),
        declared("flag", "Boolean", default=False),
        ranged("twice", 1, 3),
        ranged("twice", 2, 60),
        ranged("huge", 1, 2**62, "log", 2),
        ranged("zero", 0.0, 1.0, "log"),
        ranged("changed", 0.1, 1.0, "log"),
        ranged("unused", 0.0, 1.0),
    ]
    raw = {"choice": 16, "flag": True, "twice": 50, "huge": 2**40, "zero": 0.0, "changed": 10.0}
    sweep = make(
        [trial(0, 0.5, raw), trial(1, 0.6, raw | {"changed": "x", "choice": 8})], space=space
    )
    made = {scale.name: scale for scale in scales(sweep)}
    assert list(made) == list(raw)
    assert made["choice"].labels == ["64", "16", "8"] and made["flag"].labels == ["False", "True"]
    assert (made["twice"].kind, made["twice"].low, made["twice"].high) == ("linear", 1, 60)
    assert (made["huge"].kind, made["huge"].discrete) == ("log", False)
    assert made["zero"].kind == "linear"
    assert (made["changed"].high, made["changed"].at(sweep.trials[1])) == (10.0, None)
    render(sweep)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (1e-3, 1.0, [1e-3, 1e-2, 1e-1, 1.0]),
        (2e-3, 3e-2, [2e-3, 5e-3, 1e-2, 2e-2]),
        (0.3, 0.45, [0.3, 0.4]),
        (1.1, 1.2, [1.1, 1.2]),
        (1e-300, 1e300, None),
    ],
)
def test_ticks_of_a_log_scale(low, high, ticks):
    found = log_ticks(low, high)
    assert found == pytest.approx(ticks) if ticks else 1 < len(found) < 15


def test_history():
    raw = {"learning_rate": 0.01}
    scores = [(0.9, False), (0.5, True), (0.4, True), (0.7, True), (0.95, False)]
    trials = [trial(k, score, raw, feasible=kept) for k, (score, kept) in enumerate(scores)]
    plot = Page(make([*trials, trial(5, None, raw, "diverged")])).plots["history-0"]
    steps = plot.trace("best so far")
    points = list(zip(steps["x"], steps["y"], strict=True))
    assert points == [(0, 0.9), (1, 0.5), (3, 0.7), (5, 0.7)]
    assert set(plot.trace("outside the bounds")["y"]) == {0.9, 0.95}
    assert [number for number, _ in plot.trace("diverged")["customdata"]] == [5]
    assert [["layout", "xaxis", "title", "text"], ["trial", "시도"]] in plot.words


def test_curves():
    page = Page(SWEEP)
    objective, loss = page.plots["curves-0"], page.plots["curves-1"]
    assert "curves-2" not in page.plots  # mae is neither the objective nor a loss
    for plot, metric in ((objective, "val_accuracy"), (loss, "loss")):
        found = {}
        for trace in plot.traces:
            curves = {}
            points = zip(trace["customdata"], trace["x"], trace["y"], strict=True)
            for number, epoch, value in points:
                curves.setdefault(number, []).append((epoch, value))
            found |= curves
        for each in SWEEP.trials:
            *curve, gap = found[each.number]
            assert [epoch for epoch, _ in curve] == [1, 2, 3]
            assert [value for _, value in curve] == pytest.approx(each.curves[metric])
            assert gap[0] == 3 and np.isnan(gap[1])
    best = objective.trace(f"best (#{SWEEP.best[0].number})")
    assert set(best["customdata"]) == {SWEEP.best[0].number}
    assert best["line"]["width"] > objective.traces[1]["line"]["width"]


def test_colours_follow_the_score_and_not_the_bounds():
    found = [
        trial(k, k / 10, {"units": 50 + k, "layers": 2}, curves={"loss": [1.0]}, feasible=k < 5)
        for k in range(10)
    ]
    page = Page(make(found))
    numbers = [number for number, _ in lines_of(page)]
    assert sorted(numbers[:5]) == list(range(5)) and sorted(numbers[5:]) == list(range(5, 10))
    worst, better, *_, best = page.plots["curves-0"].traces
    assert set(worst["customdata"]) == set(range(5)) and 9 in better["customdata"]
    assert set(best["customdata"]) == {4}  # of those that keep the bounds


def test_a_curve_that_explodes_does_not_hide_the_others():
    good = [trial(k, 0.5, {"a": k}, curves={"loss": [3.0, 2.0, 1.0]}) for k in range(3)]
    bad = trial(3, None, {"a": 3}, "diverged", curves={"loss": [3.0, 1e30, float("inf")]})
    (plot,) = (p for key, p in Page(make([*good, bad])).plots.items() if key == "curves-0")
    assert plot.layout["yaxis"]["range"] == pytest.approx([0.9, 3.1])


def test_importance():
    found = rate(SWEEP, scales(SWEEP))
    for shares in (found.ped_anova, found.fanova):
        assert next(iter(shares)) == "learning_rate" and shares["learning_rate"] > 0.5
        assert sum(shares.values()) == pytest.approx(1)
    assert "flat" not in found.ped_anova
    page = Page(SWEEP)
    bars = {trace["name"]: trace for trace in page.plots["importance-0"].traces}
    assert bars["PED-ANOVA"]["y"][-1] == "learning_rate"
    assert "PedAnovaImportanceEvaluator" in page.text and "FanovaImportanceEvaluator" in page.text
    assert page.plots["slice-0"].layout["xaxis"]["title"]["text"] == "learning_rate"


def test_importance_is_the_same_for_the_opposite_objective():
    opposite = [trial(t.number, None if t.score is None else -t.score, t.raw) for t in SWEEP.trials]
    sweep = make(opposite, objective="min:val_loss")
    assert rate(sweep, scales(sweep)) == rate(SWEEP, scales(SWEEP))


def test_importance_that_cannot_be_told():
    few = Page(make(drawn(9, failing=0)))
    assert "There are too few trials to tell: 9 finished, and it takes 10." in few.english
    equal = Page(make([trial(k, 0.5, {"units": 50 + k}) for k in range(12)]))
    assert any(text.startswith("Nothing can be told") for text in equal.english)
    assert "importance-0" not in few.plots | equal.plots
    space = [*SPACE, ranged("sometimes", 0.0, 1.0)]
    trials = drawn(20, failing=0)
    trials[3] = trial(3, 0.5, trials[3].raw | {"sometimes": 0.5})
    unrated = Page(make(trials, space=space))
    assert "sometimes." in unrated.text and "sometimes" not in str(
        unrated.plots["importance-0"].traces
    )


def test_contour_is_the_average_nearby():
    space = [ranged("learning_rate", 1e-4, 1.0, "log"), declared("on", "Boolean", default=False)]
    raws = [{"learning_rate": 10 ** (-k % 5 - 4.0), "on": k % 2 == 0} for k in range(40)]
    trials = [trial(k, 1.0 if raw["on"] else 0.25, raw) for k, raw in enumerate(raws)]
    sweep = make(trials, space=space)
    rate_scale, switch = scales(sweep)
    heat, dots = contour(sweep, rate_scale, switch).figure.data
    assert np.array(heat.z)[0] == pytest.approx(0.25) and np.array(heat.z)[1] == pytest.approx(1.0)
    assert (min(heat.x), max(heat.x)) == pytest.approx((1e-4, 1.0)) and list(heat.y) == [0, 1]
    assert len(dots.x) == 40
    middle = [trial(k, 0.5, {"learning_rate": 0.01, "units": 75}) for k in range(10)]
    sweep = make(middle, space=SPACE)
    surface = contour(
        sweep, scale_of("learning_rate", sweep), scale_of("units", sweep)
    ).figure.data[0]
    z = np.array(surface.z)
    assert np.isnan(z[0, 0]) and np.isnan(z[-1, -1]) and z[20, 20] == pytest.approx(0.5)


def test_parallel_coordinates():
    space = [*SPACE, ranged("sometimes", 0.0, 1.0)]
    trials = drawn(20, failing=0)
    trials[3] = trial(3, 2.0, trials[3].raw | {"sometimes": 0.5})
    sweep = make(trials, space=space)
    page = Page(sweep)
    lines = dict(lines_of(page))
    assert set(lines) == set(range(20))
    for each in trials:
        assert lines[each.number]["learning_rate"] == pytest.approx(
            math.log10(each.raw["learning_rate"]) / 4 + 1, abs=1e-4
        )
        assert (lines[each.number]["sometimes"] < 0) == (each.number != 3)
    assert lines[3]["sometimes"] == 0.5 and lines[3]["val_accuracy"] == 1
    worst, *_, best = page.plots["parallel-0"].traces
    assert 3 in best["customdata"] and sweep.best[-1].number in worst["customdata"]
    beside = {}
    for note in page.plots["parallel-0"].layout["annotations"]:
        beside.setdefault(note["x"], {})[note["y"]] = note["text"]
    axes = dict(zip(lines[3], beside.values(), strict=True))
    assert axes["learning_rate"] == {0: "0.0001", 0.25: "0.001", 0.5: "0.01", 0.75: "0.1", 1: "1"}
    assert axes["sometimes"][-0.12] == "–" and axes["val_accuracy"][1] == "2"


def test_coverage_counts_what_a_grid_would_have_tried():
    across, up = scale_of("learning_rate"), scale_of("layers")
    plots, counts = coverage(SWEEP, across, up)
    assert counts == {"trials": 60, "across": 60, "up": 3, "grid_across": 7, "grid_up": 3}
    assert len(plots[0].figure.data[0].x) == 60 and len(plots[1].figure.data[0].x) == 21
    page = Page(SWEEP)
    sentence = "Different values that 60 trials tried: 60 of learning_rate and"
    assert any(text.startswith(sentence) for text in page.english)
    assert any("6 hyperparameters: 1 of each" in text for text in page.english)


def test_a_thousand_trials_are_quick_and_small():
    sweep = make(drawn(1000, epochs=20))
    began = time.monotonic()
    html = render(sweep)
    assert time.monotonic() - began < 20  # about one second on a machine that does nothing else
    page = Page(html)
    assert len(html) < len(render(make([]))) + 1.5e6
    assert len(render(make(drawn(128, epochs=10))).encode()) <= 2_000_000
    assert len(page.plots["curves-0"].traces) < 10


def test_more_trials_than_a_plot_can_show():
    trials = [trial(k, k / 5000, {"units": 50 + k % 50}) for k in range(5000)]
    page = Page(make(trials))
    assert any("2000 trials at most" in text for text in page.english)
    shown = page.plots["history-0"].trace("finished")["customdata"]
    assert len(shown) <= 2000 and set(range(4001, 5000)) <= set(shown)
