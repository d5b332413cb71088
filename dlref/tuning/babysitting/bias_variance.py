"""Bias and variance: the gap between training and development set, and the epoch since which a model only memorizes.

Sources: Flowchart C2 (bias, variance); DLS-C2-blog.
"""

from collections.abc import Iterator
from math import floor, log2
from statistics import median

from dlref.tuning.babysitting.advice import Advice, show
from dlref.tuning.babysitting.loss_rules import PATIENCE, learning
from dlref.tuning.babysitting.measurements import Measurements

GAP = 0.07  # of an error rate, in favour of either bias or variance
NOISE = 0.03  # of what guessing loses: a small development set wavers


def gap(measurements: Measurements) -> Iterator[Advice]:
    """Bias and variance, and the epoch since which the model only memorizes."""
    found = {finding.key for finding in learning(measurements)}
    if found & {"rate_too_high", "flat_and_high"}:
        return  # what has blown up has no gap worth a word
    epochs = measurements.after_change
    yield from _memorizing(measurements)
    recent = [(measurements.error(e), measurements.error(e, "val_")) for e in epochs[-2:]]
    known = [(train, dev) for train, dev in recent if train is not None and dev is not None]
    if known and (len(known) == 2 or measurements.ended):
        excess = min(dev - train for train, dev in known)
        if excess > GAP:
            train, dev = known[-1]
            values = {
                "train": f"{train:.1%}",
                "dev": f"{dev:.1%}",
                "gap": f"{100 * (dev - train):.1f}",
            }
            yield Advice("variance", "warning", values, (floor(log2(excess / GAP)),))
    # Dropout makes the error in training larger than it is.
    error = min((e for e in recent[-1] if e is not None), default=None) if recent else None
    if error is not None and error - measurements.target > GAP and _settled(measurements):
        values = {"train": f"{error:.1%}", "target": f"{measurements.target:.1%}"}
        if not found:
            yield Advice("bias", "warning", values, (floor((error - measurements.target) / 0.1),))


def _memorizing(measurements: Measurements) -> Iterator[Advice]:
    epochs = [e for e in measurements.epochs if "val_loss" in e and "loss" in e]
    if len(epochs) <= PATIENCE:
        return
    best = min(range(len(epochs)), key=lambda i: epochs[i]["val_loss"])
    since = [e["val_loss"] for e in epochs[best + 1 :]]
    lowest = epochs[best]["val_loss"]
    learns = epochs[-1]["loss"] < epochs[best]["loss"]
    rise = median(since[-PATIENCE:]) - lowest if len(since) >= PATIENCE else 0.0
    if learns and rise > 0.2 * lowest and rise > NOISE * (measurements.base or 0.0):
        values = {"epoch": str(best + 1), "lowest": show(lowest), "loss": show(since[-1])}
        yield Advice("memorizing", "warning", values, (best,))


def _settled(measurements: Measurements) -> bool:
    """Whether the training loss has stopped falling."""
    losses = [e["loss"] for e in measurements.after_change if "loss" in e][-PATIENCE - 1 :]
    return len(losses) > PATIENCE and min(losses[1:]) > 0.97 * losses[0]
