"""From the facts of a run to advice: the lectures' rules for babysitting the learning process.

Sources: CS231n-6 (first loss, learning rate, saturation, dead units); Flowchart C2 (bias, variance); DLS-C2-blog.
The thresholds hold for healthy and sick runs on the digits, which the tests train.
"""

from collections.abc import Iterator
from math import floor, isfinite

from dlref.diagnostics.activation_report import MOST
from dlref.diagnostics.initial_loss_report import judged
from dlref.tuning.babysitting.advice import Finding, rates, show
from dlref.tuning.babysitting.bias_variance import gap
from dlref.tuning.babysitting.loss_rules import HUGE, SMALL, learning
from dlref.tuning.babysitting.measurements import Facts

USUAL = 1e-3  # update to weight


def advise(facts: Facts) -> list[Finding]:
    """All that is to be said now, the gravest first.

    Example:
        >>> facts = Facts(classes=10, expected=2.3026, first=9.0)
        >>> [finding.key for finding in advise(facts)]
        ['first_loss_high']
    """
    if (broken := _not_finite(facts)) is not None:
        return [broken]
    rules = (_units, _first_loss, learning, _subset, _ratio, gap)
    return [finding for rule in rules for finding in rule(facts)]


def _not_finite(facts: Facts) -> Finding | None:
    if facts.data_broken:
        return Finding("nan_in_data", "error")
    if facts.first is not None and not isfinite(facts.first):
        return Finding("nan_at_start", "error", {"loss": show(facts.first)})
    if facts.loss is None or isfinite(facts.loss):
        return None
    values = {"loss": show(facts.loss), "step": str(facts.step), **rates(facts.rate, 0.1)}
    return Finding("nan", "error", values, (facts.rate,))


def _first_loss(facts: Facts) -> Iterator[Finding]:
    if facts.first is None or facts.expected is None or not facts.classes:
        return
    values = {
        "loss": show(facts.first),
        "expected": show(facts.expected),
        "classes": str(facts.classes),
    }
    says = judged(facts.first, facts.expected, facts.count)  # of one mini-batch
    if says == "high":
        yield Finding("first_loss_high", "warning", values)
    elif says == "low":
        yield Finding("first_loss_low", "note", values)


def _units(facts: Facts) -> Iterator[Finding]:
    for kind, most in MOST.items():
        layers = {each.layer: each.share for each in facts.layers if each.kind == kind}
        sick = {name: share for name, share in layers.items() if share > most}
        if sick:
            shown = ", ".join(f"{name} {share:.0%}" for name, share in sick.items())
            mark = tuple((name, floor(share * 4)) for name, share in sick.items())
            yield Finding(kind, "warning", {"layers": shown}, mark)


def _subset(facts: Facts) -> Iterator[Finding]:
    subset = facts.subset
    if subset is not None and not subset.learned:
        values = {
            "examples": str(subset.examples),
            "steps": str(subset.steps),
            "first": show(subset.first),
            "last": show(subset.last),
        }
        yield Finding("subset", "error", values)


def _ratio(facts: Facts) -> Iterator[Finding]:
    """Only where the loss does not say it already."""
    ratio, later = facts.ratio, facts.later_ratio
    if ratio is None or facts.base is None or not facts.stretches or any(learning(facts)):
        return
    usual, mark = show(USUAL), (facts.rate,)
    if later is not None and later > HUGE:
        values = {"ratio": show(later), "usual": usual, **rates(facts.rate, 0.3)}
        yield Finding("ratio_high", "note", values, mark)
    elif 0 < ratio < SMALL and facts.stretches[-1] > 0.5 * facts.base:
        values = {"ratio": show(ratio), "usual": usual, **rates(facts.rate, 3)}
        yield Finding("ratio_low", "note", values, mark)
