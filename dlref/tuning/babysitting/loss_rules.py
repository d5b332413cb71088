"""Whether the loss falls, and if not, why: the learning rate, dead units, or a mistake in the model.

Source: CS231n-6 (learning rate too low, too high; ratio of the updates to the weights).
"""

from collections.abc import Iterator

from dlref.tuning.babysitting.advice import Advice, rates, show
from dlref.tuning.babysitting.measurements import Measurements

SMALL, LARGE, HUGE = 2e-4, 1e-2, 5e-2  # update to weight
PATIENCE = 3  # epochs


def learning(measurements: Measurements) -> Iterator[Advice]:
    """Whether the loss falls, and if not, why."""
    losses, base = measurements.stretches, measurements.base
    if not losses or base is None or measurements.first is None:
        return
    rises = [i for i in range(len(losses)) if _rose(measurements, i)]
    last = losses[-1]
    recent = losses[rises[-1] + 1 if rises else 0 :][-PATIENCE - 1 :]
    slow = last - measurements.penalty > 0.95 * base and _stays(recent[-2:])
    flat = slow and _stays(recent)
    if rises and (flat or rises[-1] == len(losses) - 1):  # what has blown up once may lie still now
        before = min(losses[: rises[-1]], default=measurements.first)
        values = {
            "before": show(before),
            "loss": show(losses[rises[-1]]),
            **rates(measurements.rate, 0.1),
        }
        yield Advice("rate_too_high", "warning", values, (measurements.rate,))
        return
    if not slow:
        return
    fastest = max(measurements.ratios, default=0.0)
    values = {"loss": show(last), "ratio": show(measurements.ratio), **rates(measurements.rate, 10)}
    if flat and (fastest > HUGE or (measurements.ratio or 0.0) > LARGE):
        values |= {"ratio": show(fastest), **rates(measurements.rate, 0.1)}
        yield Advice("flat_and_high", "warning", values, (measurements.rate,))
    elif any(each.kind == "dead" and each.share > 0.9 for each in measurements.layers):
        return
    elif measurements.ratio is None and len(losses) < 2 * PATIENCE:
        return  # too early to tell
    elif measurements.ratio is not None and measurements.ratio < SMALL:
        yield Advice("rate_too_low", "warning", values, (measurements.rate,))
    elif flat:
        key = (
            "not_learning"
            if measurements.subset is None or not measurements.subset.learned
            else "stuck"
        )
        yield Advice(key, "warning", values, (measurements.rate,))


def _stays(losses: list[float]) -> bool:
    return len(losses) >= 2 and losses[0] - losses[-1] < 0.03 * losses[0]


def _rose(measurements: Measurements, i: int) -> bool:
    """Whether a stretch lost much more than the best one before it, or the first one than the start."""
    loss, before, first = (
        measurements.stretches[i],
        measurements.stretches[:i],
        measurements.first or 0.0,
    )
    if max(measurements.ratios, default=1.0) < SMALL:
        return False
    if not before:
        return (
            measurements.changed == 0
            and loss > 1.5 * max(first, measurements.expected or 0) + measurements.penalty
        )
    return loss > 1.25 * min(before) and loss - min(before) > 0.08 * first
