"""From the facts of a run to advice: the lectures' rules for babysitting the learning process.

Sources: CS231n-6 (first loss, learning rate, saturation, dead units); Flowchart C2 (bias, variance); DLS-C2-blog.
The thresholds hold for healthy and sick runs on the digits, which the tests train.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import floor, isfinite, log2, sqrt
from statistics import median
from typing import Any

from dlref.tuning.babysitting.facts import Facts
from dlref.tuning.babysitting.texts import TEXTS

EXCESS = 1.5  # nats above ln C that outputs of ordinary size do not reach
SHARES = {"dead": 0.4, "saturated": 0.5}
USUAL = 1e-3  # update to weight
SMALL, LARGE, HUGE = 2e-4, 1e-2, 5e-2
GAP = 0.07  # of an error rate, in favour of either bias or variance
PATIENCE = 3  # epochs
NOISE = 0.03  # of what guessing loses: a small development set wavers


@dataclass(frozen=True)
class Finding:
    """One piece of advice; it is said again when its `mark` is another one."""

    key: str
    level: str  # "error", "warning" or "note"
    values: dict[str, str] = field(default_factory=dict)
    mark: tuple[Any, ...] = ()

    def text(self, language: str) -> str:
        """In English or Korean."""
        return TEXTS[self.key][language].format(**self.values)


def advise(facts: Facts) -> list[Finding]:
    """All that is to be said now, the gravest first.

    Example:
        >>> facts = Facts(classes=10, expected=2.3026, first=9.0)
        >>> [finding.key for finding in advise(facts)]
        ['first_loss_high']
    """
    if (broken := _not_finite(facts)) is not None:
        return [broken]
    rules = (_units, _first_loss, _learning, _subset, _ratio, _gap)
    return [finding for rule in rules for finding in rule(facts)]


def _not_finite(facts: Facts) -> Finding | None:
    if facts.data_broken:
        return Finding("nan_in_data", "error")
    if facts.first is not None and not isfinite(facts.first):
        return Finding("nan_at_start", "error", {"loss": _show(facts.first)})
    if facts.loss is None or isfinite(facts.loss):
        return None
    values = {"loss": _show(facts.loss), "step": str(facts.step), **_rates(facts, 0.1)}
    return Finding("nan", "error", values, (facts.rate,))


def _first_loss(facts: Facts) -> Iterator[Finding]:
    if facts.first is None or facts.expected is None or not facts.classes:
        return
    noise = 2 / sqrt(facts.count)  # of the mean over one mini-batch
    values = {
        "loss": _show(facts.first),
        "expected": _show(facts.expected),
        "classes": str(facts.classes),
    }
    if facts.first > facts.expected + EXCESS + noise:
        yield Finding("first_loss_high", "warning", values)
    elif facts.first < facts.expected / 2 - noise:
        yield Finding("first_loss_low", "note", values)


def _units(facts: Facts) -> Iterator[Finding]:
    for kind, most in SHARES.items():
        layers = {each.layer: each.share for each in facts.layers if each.kind == kind}
        sick = {name: share for name, share in layers.items() if share > most}
        if sick:
            shown = ", ".join(f"{name} {share:.0%}" for name, share in sick.items())
            mark = tuple((name, floor(share * 4)) for name, share in sick.items())
            yield Finding(kind, "warning", {"layers": shown}, mark)


def _learning(facts: Facts) -> Iterator[Finding]:
    """Whether the loss falls, and if not, why."""
    losses, base = facts.stretches, facts.base
    if not losses or base is None or facts.first is None:
        return
    rises = [i for i in range(len(losses)) if _rose(facts, i)]
    last = losses[-1]
    flat = len(losses) >= 2 and losses[-2] - last < 0.03 * losses[-2]
    flat = flat and last - facts.penalty > 0.95 * base
    if rises and (flat or rises[-1] == len(losses) - 1):  # what has blown up once may lie still now
        before = min(losses[: rises[-1]], default=facts.first)
        values = {"before": _show(before), "loss": _show(losses[rises[-1]]), **_rates(facts, 0.1)}
        yield Finding("rate_too_high", "warning", values, (facts.rate,))
        return
    if not flat:
        return
    fastest = max(facts.ratios, default=0.0)
    values = {"loss": _show(last), "ratio": _show(facts.ratio), **_rates(facts, 10)}
    if fastest > HUGE or (facts.ratio or 0.0) > LARGE:
        values |= {"ratio": _show(fastest), **_rates(facts, 0.1)}
        yield Finding("flat_and_high", "warning", values, (facts.rate,))
    elif any(each.kind == "dead" and each.share > 0.9 for each in facts.layers):
        return
    elif facts.ratio is None and len(losses) < 2 * PATIENCE:
        return  # too early to tell
    elif facts.ratio is not None and facts.ratio < SMALL:
        yield Finding("rate_too_low", "warning", values, (facts.rate,))
    else:
        key = "not_learning" if facts.subset is None or not facts.subset.learned else "stuck"
        yield Finding(key, "warning", values, (facts.rate,))


def _rose(facts: Facts, i: int) -> bool:
    """Whether a stretch lost much more than the best one before it, or the first one than the start."""
    loss, before, first = facts.stretches[i], facts.stretches[:i], facts.first or 0.0
    if max(facts.ratios, default=1.0) < SMALL:
        return False
    if not before:
        return facts.changed == 0 and loss > 1.5 * max(first, facts.expected or 0) + facts.penalty
    return loss > 1.25 * min(before) and loss - min(before) > 0.08 * first


def _subset(facts: Facts) -> Iterator[Finding]:
    subset = facts.subset
    if subset is not None and not subset.learned:
        values = {
            "examples": str(subset.examples),
            "steps": str(subset.steps),
            "first": _show(subset.first),
            "last": _show(subset.last),
        }
        yield Finding("subset", "error", values)


def _ratio(facts: Facts) -> Iterator[Finding]:
    """Only where the loss does not say it already."""
    ratio, later = facts.ratio, facts.later_ratio
    if ratio is None or facts.base is None or not facts.stretches or any(_learning(facts)):
        return
    usual, mark = _show(USUAL), (facts.rate,)
    if later is not None and later > HUGE:
        values = {"ratio": _show(later), "usual": usual, **_rates(facts, 0.3)}
        yield Finding("ratio_high", "note", values, mark)
    elif 0 < ratio < SMALL and facts.stretches[-1] > 0.5 * facts.base:
        values = {"ratio": _show(ratio), "usual": usual, **_rates(facts, 3)}
        yield Finding("ratio_low", "note", values, mark)


def _gap(facts: Facts) -> Iterator[Finding]:
    """Bias and variance, and the epoch since which the model only memorizes."""
    epochs = facts.after_change
    yield from _memorizing(facts)
    recent = [(facts.error(e), facts.error(e, "val_")) for e in epochs[-2:]]
    known = [(train, dev) for train, dev in recent if train is not None and dev is not None]
    if known and (len(known) == 2 or facts.ended):
        gap = min(dev - train for train, dev in known)
        if gap > GAP:
            train, dev = known[-1]
            values = {
                "train": f"{train:.1%}",
                "dev": f"{dev:.1%}",
                "gap": f"{100 * (dev - train):.1f}",
            }
            yield Finding("variance", "warning", values, (floor(log2(gap / GAP)),))
    # Dropout makes the error in training larger than it is.
    error = min((e for e in recent[-1] if e is not None), default=None) if recent else None
    if error is not None and error - facts.target > GAP and _settled(facts):
        values = {"train": f"{error:.1%}", "target": f"{facts.target:.1%}"}
        if not any(_learning(facts)):
            yield Finding("bias", "warning", values, (floor((error - facts.target) / 0.1),))


def _memorizing(facts: Facts) -> Iterator[Finding]:
    epochs = [e for e in facts.epochs if "val_loss" in e and "loss" in e]
    if len(epochs) <= PATIENCE:
        return
    best = min(range(len(epochs)), key=lambda i: epochs[i]["val_loss"])
    since = [e["val_loss"] for e in epochs[best + 1 :]]
    lowest = epochs[best]["val_loss"]
    learns = epochs[-1]["loss"] < epochs[best]["loss"]
    rise = median(since[-PATIENCE:]) - lowest if len(since) >= PATIENCE else 0.0
    if learns and rise > 0.2 * lowest and rise > NOISE * (facts.base or 0.0):
        values = {"epoch": str(best + 1), "lowest": _show(lowest), "loss": _show(since[-1])}
        yield Finding("memorizing", "warning", values, (best,))


def _settled(facts: Facts) -> bool:
    """Whether the training loss has stopped falling."""
    losses = [e["loss"] for e in facts.after_change if "loss" in e][-PATIENCE - 1 :]
    return len(losses) > PATIENCE and min(losses[1:]) > 0.97 * losses[0]


def _rates(facts: Facts, factor: float) -> dict[str, str]:
    return {"rate": _show(facts.rate), "other": _show(facts.rate * factor)}


def _show(value: float | None) -> str:
    return "?" if value is None else f"{value:.3g}"
