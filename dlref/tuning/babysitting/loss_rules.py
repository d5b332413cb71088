"""Whether the loss falls, and if not, why: the learning rate, dead units, or a mistake in the model.

Source: CS231n-6 (learning rate too low, too high; ratio of the updates to the weights).
"""

from collections.abc import Iterator

from dlref.tuning.babysitting.advice import Finding, rates, show
from dlref.tuning.babysitting.measurements import Facts

SMALL, LARGE, HUGE = 2e-4, 1e-2, 5e-2  # update to weight
PATIENCE = 3  # epochs


def learning(facts: Facts) -> Iterator[Finding]:
    """Whether the loss falls, and if not, why."""
    losses, base = facts.stretches, facts.base
    if not losses or base is None or facts.first is None:
        return
    rises = [i for i in range(len(losses)) if _rose(facts, i)]
    last = losses[-1]
    recent = losses[rises[-1] + 1 if rises else 0 :][-PATIENCE - 1 :]
    slow = last - facts.penalty > 0.95 * base and _stays(recent[-2:])
    flat = slow and _stays(recent)
    if rises and (flat or rises[-1] == len(losses) - 1):  # what has blown up once may lie still now
        before = min(losses[: rises[-1]], default=facts.first)
        values = {"before": show(before), "loss": show(losses[rises[-1]]), **rates(facts.rate, 0.1)}
        yield Finding("rate_too_high", "warning", values, (facts.rate,))
        return
    if not slow:
        return
    fastest = max(facts.ratios, default=0.0)
    values = {"loss": show(last), "ratio": show(facts.ratio), **rates(facts.rate, 10)}
    if flat and (fastest > HUGE or (facts.ratio or 0.0) > LARGE):
        values |= {"ratio": show(fastest), **rates(facts.rate, 0.1)}
        yield Finding("flat_and_high", "warning", values, (facts.rate,))
    elif any(each.kind == "dead" and each.share > 0.9 for each in facts.layers):
        return
    elif facts.ratio is None and len(losses) < 2 * PATIENCE:
        return  # too early to tell
    elif facts.ratio is not None and facts.ratio < SMALL:
        yield Finding("rate_too_low", "warning", values, (facts.rate,))
    elif flat:
        key = "not_learning" if facts.subset is None or not facts.subset.learned else "stuck"
        yield Finding(key, "warning", values, (facts.rate,))


def _stays(losses: list[float]) -> bool:
    return len(losses) >= 2 and losses[0] - losses[-1] < 0.03 * losses[0]


def _rose(facts: Facts, i: int) -> bool:
    """Whether a stretch lost much more than the best one before it, or the first one than the start."""
    loss, before, first = facts.stretches[i], facts.stretches[:i], facts.first or 0.0
    if max(facts.ratios, default=1.0) < SMALL:
        return False
    if not before:
        return facts.changed == 0 and loss > 1.5 * max(first, facts.expected or 0) + facts.penalty
    return loss > 1.25 * min(before) and loss - min(before) > 0.08 * first
