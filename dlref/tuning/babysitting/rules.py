"""From what was measured of a run to advice: the lectures' rules for babysitting the learning process.

Sources: CS231n-6 (first loss, learning rate, saturation, dead units); Flowchart C2 (bias, variance); DLS-C2-blog.
The thresholds hold for healthy and sick runs on the digits, which the tests train.
"""

from collections.abc import Iterator
from math import floor, isfinite

from dlref.diagnostics.activation_report import MOST
from dlref.diagnostics.initial_loss_report import judged
from dlref.tuning.babysitting.advice import Advice, rates, show
from dlref.tuning.babysitting.bias_variance import gap
from dlref.tuning.babysitting.loss_rules import HUGE, SMALL, learning
from dlref.tuning.babysitting.measurements import Measurements

USUAL = 1e-3  # update to weight


def advise(measurements: Measurements) -> list[Advice]:
    """All that is to be said now, the gravest first.

    Example:
        >>> measurements = Measurements(classes=10, expected=2.3026, first=9.0)
        >>> [advice.key for advice in advise(measurements)]
        ['first_loss_high']
    """
    if (broken := _not_finite(measurements)) is not None:
        return [broken]
    rules = (_units, _first_loss, learning, _subset, _ratio, gap)
    return [finding for rule in rules for finding in rule(measurements)]


def _not_finite(measurements: Measurements) -> Advice | None:
    if measurements.data_broken:
        return Advice("nan_in_data", "error")
    if measurements.first is not None and not isfinite(measurements.first):
        return Advice("nan_at_start", "error", {"loss": show(measurements.first)})
    if measurements.loss is None or isfinite(measurements.loss):
        return None
    values = {
        "loss": show(measurements.loss),
        "step": str(measurements.step),
        **rates(measurements.rate, 0.1),
    }
    return Advice("nan", "error", values, (measurements.rate,))


def _first_loss(measurements: Measurements) -> Iterator[Advice]:
    if measurements.first is None or measurements.expected is None or not measurements.classes:
        return
    values = {
        "loss": show(measurements.first),
        "expected": show(measurements.expected),
        "classes": str(measurements.classes),
    }
    says = judged(
        measurements.first, measurements.expected, measurements.count
    )  # of one mini-batch
    if says == "high":
        yield Advice("first_loss_high", "warning", values)
    elif says == "low":
        yield Advice("first_loss_low", "note", values)


def _units(measurements: Measurements) -> Iterator[Advice]:
    for kind, most in MOST.items():
        layers = {each.layer: each.share for each in measurements.layers if each.kind == kind}
        sick = {name: share for name, share in layers.items() if share > most}
        if sick:
            shown = ", ".join(f"{name} {share:.0%}" for name, share in sick.items())
            mark = tuple((name, floor(share * 4)) for name, share in sick.items())
            yield Advice(kind, "warning", {"layers": shown}, mark)


def _subset(measurements: Measurements) -> Iterator[Advice]:
    subset = measurements.subset
    if subset is not None and not subset.learned:
        values = {
            "examples": str(subset.examples),
            "steps": str(subset.steps),
            "first": show(subset.first),
            "last": show(subset.last),
        }
        yield Advice("subset", "error", values)


def _ratio(measurements: Measurements) -> Iterator[Advice]:
    """Only where the loss does not say it already."""
    ratio, later = measurements.ratio, measurements.later_ratio
    if (
        ratio is None
        or measurements.base is None
        or not measurements.stretches
        or any(learning(measurements))
    ):
        return
    usual, mark = show(USUAL), (measurements.rate,)
    if later is not None and later > HUGE:
        values = {"ratio": show(later), "usual": usual, **rates(measurements.rate, 0.3)}
        yield Advice("ratio_high", "note", values, mark)
    elif 0 < ratio < SMALL and measurements.stretches[-1] > 0.5 * measurements.base:
        values = {"ratio": show(ratio), "usual": usual, **rates(measurements.rate, 3)}
        yield Advice("ratio_low", "note", values, mark)
